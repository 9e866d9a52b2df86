/* What Chainlit's page cannot do by itself: interface language, banners, source links, Esc to stop.
   Runs before the bundle. Talks to our own origin only. */
(() => {
  'use strict';
  const params = new URLSearchParams(location.search);
  /* follow the system's theme until somebody chooses one */
  try { localStorage.getItem('vite-ui-theme') ?? localStorage.setItem('vite-ui-theme', 'system'); } catch { /* private window */ }
  const store = { get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
                  set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } } };

  /* ---- language: ?lang=, else the last choice, else the browser's */
  const wanted = params.get('lang') || store.get('deskmate-lang') || navigator.language || 'zh-CN';
  const zh = /^zh/i.test(wanted);
  const tag = zh ? 'zh-CN' : 'en-US';
  if (params.get('lang')) store.set('deskmate-lang', tag);
  Object.defineProperty(navigator, 'language', { get: () => tag, configurable: true });
  Object.defineProperty(navigator, 'languages', { get: () => [tag], configurable: true });
  const inBrowsersLanguage = Date.prototype.toLocaleString;
  Date.prototype.toLocaleString = function (locale, options) { return inBrowsersLanguage.call(this, locale === 'default' ? tag : locale, options); };
  document.documentElement.lang = tag;
  document.cookie = `deskmate_lang=${tag}; path=/; max-age=31536000; SameSite=Lax`;
  const say = (chinese, english) => (zh ? chinese : english);

  function switchLanguage() {
    store.set('deskmate-lang', zh ? 'en-US' : 'zh-CN');
    location.reload();
  }

  /* ---- presets and prompts by URL survive the sign-in page */
  const keep = ['prompt', 'preset'];
  if (keep.some((name) => params.has(name))) {
    try { sessionStorage.setItem('deskmate-query', location.search); } catch { /* private window */ }
    if (params.has('preset')) document.cookie = `deskmate_preset=${encodeURIComponent(params.get('preset'))}; path=/; max-age=43200; SameSite=Lax`;
  } else if (location.pathname === '/') {
    sessionStorage.removeItem('deskmate-query');
  }
  const push = history.pushState;
  history.pushState = function (state, title, url) {
    const kept = location.pathname === '/login' && url === '/' && sessionStorage.getItem('deskmate-query');
    if (kept) location.replace('/' + kept); else push.apply(history, [state, title, url]);
  };

  /* ---- banners: what runs on a fallback, and the command that mends it */
  let status = null;
  async function fetchStatus() {
    const reply = await fetch('/desk/status');
    if (!reply.ok) return;
    status = await reply.json();
    draw();
  }

  function banner() {
    if (!status || document.getElementById('dm-banner')) return;
    const header = document.getElementById('header');
    const hidden = store.get('deskmate-banner');
    const codes = status.banners.map((one) => one.code).join(',');
    if (!header || !codes || hidden === codes) return;
    const bar = document.createElement('div');
    bar.id = 'dm-banner';
    bar.setAttribute('role', 'status');
    const list = document.createElement('div');
    for (const one of status.banners) {
      const line = document.createElement('p');
      for (const part of one[zh ? 'zh' : 'en'].split(/(kb (?:model pull [\w.-]+|reindex|serve))/)) {
        const node = document.createElement(part.startsWith('kb ') ? 'code' : 'span');
        node.textContent = part;
        line.append(node);
      }
      list.append(line);
    }
    const close = document.createElement('button');
    close.textContent = '×';
    close.title = say('知道了', 'Got it');
    close.setAttribute('aria-label', close.title);
    close.onclick = () => { store.set('deskmate-banner', codes); bar.remove(); };
    bar.append(list, close);
    header.after(bar);
  }

  /* ---- header: language switch, and the editors' pages */
  function headerLinks() {
    const theme = document.getElementById('theme-toggle');
    if (!theme) return;
    if (!document.getElementById('dm-lang')) languageButton(theme);
    if (!['editor', 'admin'].includes(status?.role) || document.querySelector('a.dm-header-link')) return;
    for (const [path, label] of [['/desk/knowledge', say('知识', 'Knowledge')], ['/desk/dashboard', say('看板', 'Dashboard')]]) {
      const link = document.createElement('a');
      link.href = path; link.textContent = label; link.className = 'dm-header-link';
      document.getElementById('dm-lang').before(link);
    }
  }
  function languageButton(theme) {
    const button = document.createElement('button');
    button.id = 'dm-lang';
    button.className = 'dm-header-link';
    button.textContent = say('EN', '中文');
    button.title = say('切换到英文', 'Switch to Chinese');
    button.onclick = switchLanguage;
    theme.before(button);
  }

  /* ---- the first category of starters stands open: what is asked most is one click away */
  function starters() {
    const box = document.getElementById('starters');
    if (!box || box.dataset.opened || box.firstElementChild?.tagName !== 'DIV') return;
    box.dataset.opened = 'yes';
    box.querySelector('button')?.click();
  }

  /* ---- labels in an answer open the card's source; marked statements explain themselves */
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href^="#source-"], a[href="#unsupported"]');
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    const card = link.closest('.message-content')?.querySelector('.dm-card');
    const label = link.getAttribute('href').slice('#source-'.length);
    card?.querySelector(`[data-source="${CSS.escape(label)}"]`)?.click();
  }, true);

  /* ---- Enter renames a conversation */
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing && event.target.id === 'name') {
      event.target.closest('[role=dialog]')?.querySelector('button[type=button]:not([variant=outline]):nth-of-type(2)')?.click();
    }
  });

  /* ---- inside a ticket system: it may hand in a question, it gets the reply that was copied; nobody else does either.
     in:  {deskmate: 'question', text}   out: {deskmate: 'reply', text} */
  const host = () => status?.origins?.find((origin) => location.ancestorOrigins?.[0] === origin || document.referrer.startsWith(origin + '/'));
  addEventListener('message', (event) => {
    const { deskmate, text } = event.data ?? {};
    if (!host() || event.origin !== host() || event.source !== parent || deskmate !== 'question' || typeof text !== 'string') return;
    const input = document.getElementById('chat-input');
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(input, text.slice(0, 4000));
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.focus();
  });
  addEventListener('deskmate-reply', (event) => {
    if (parent !== window && host()) parent.postMessage({ deskmate: 'reply', text: event.detail }, host());
  });

  /* ---- Esc stops */
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    if (document.querySelector('[role=dialog], [role=menu], [role=listbox]')) return;
    document.getElementById('stop-button')?.click();
  });

  /* ---- sentences that Chainlit has in English only */
  const ENGLISH_ONLY = [
    [/^Couldn't resume chat.*/, '无法打开这个对话'], [/^Untitled Conversation$/, '未命名对话'],
    [/^File is larger than .*/, '文件超过 10 MB，请拆分后再传'], [/^Too many files.*/, '一次最多 5 个文件'],
    [/^File type must be .*|^File type not allowed$/, '不支持这种文件'], [/^Error fetching threads.*/, '历史对话没有取到，请稍后再试'],
    [/^Unauthorized.*/, '账号或密码不对', 'Wrong user name or password'], [/^Failed to copy.*/, '没有复制成功'], [/^Toggle Sidebar$/, '展开或收起侧栏'],
    [/^Close$/, '关闭'], [/^Sidebar$/, '侧栏'], [/^Displays the mobile sidebar\.$/, '手机侧栏'], [/^Notifications.*/, '通知'],
    [/^Avatar for .*/, 'Deskmate'], [/^Suggestions$/, '建议'], [/^Toggle theme$/, '切换主题'], [/^No results found\.$/, '没有找到'],
    [/^Search$/, '搜索'], [/^logo$/, 'Deskmate 同桌'], [/^Image$/, ''], [/^Select\.\.\.$/, '请选择'],
    [/^([一二三四五六七八九十]+月) (\d{4})$/, '$2年$1'],
  ];
  function translate(text) {
    const trimmed = text.trim();
    for (const [pattern, chinese, english] of ENGLISH_ONLY) if (pattern.test(trimmed)) return zh ? trimmed.replace(pattern, chinese) : english ?? null;
    return null;
  }
  function translateIn(root) {
    for (const node of root.querySelectorAll('[aria-label], [title], [alt], [placeholder]')) {
      for (const name of ['aria-label', 'title', 'alt', 'placeholder']) {
        const found = node.hasAttribute(name) && translate(node.getAttribute(name));
        if ((found || found === '') && found !== node.getAttribute(name)) node.setAttribute(name, found);
      }
    }
    for (const node of root.querySelectorAll('.sr-only, [data-sonner-toast] [data-title], #thread-history span, [cmdk-item] span, [cmdk-group-heading], h2')) {
      if (node.childElementCount) continue;
      const found = translate(node.textContent);
      if (found && found !== node.textContent) node.textContent = found;
    }
  }

  function label() {
    for (const [id, chinese, english] of [['chat-submit', '发送', 'Send'], ['stop-button', '停止', 'Stop'],
      ['upload-button', '上传资料', 'Attach a file'], ['chat-settings-open-modal', '回答设置', 'Answer settings'],
      ['new-chat-button', '新建对话', 'New conversation'], ['theme-toggle', '切换主题', 'Theme'], ['user-nav-button', '账号', 'Account'],
      ['sidebar-trigger-button', '侧栏', 'Sidebar'], ['chat-input', '客户的问题', 'The customer\'s question'],
      ['command-button', '命令', 'Commands'], ['search-chats-button', '搜索对话', 'Search conversations']]) {
      const node = document.getElementById(id);
      if (node && !node.getAttribute('aria-label')) node.setAttribute('aria-label', say(chinese, english));
    }
  }

  let due = false;
  function draw() {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; headerLinks(); banner(); starters(); label(); translateIn(document.body); });
  }
  addEventListener('DOMContentLoaded', () => {
    new MutationObserver(draw).observe(document.body, { childList: true, subtree: true });
    draw();
  });
  const asked = setInterval(() => {
    if (document.getElementById('header')) { clearInterval(asked); fetchStatus().catch(() => {}); }
  }, 300);
})();
