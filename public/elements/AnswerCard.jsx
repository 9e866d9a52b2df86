/* One answer: its state above the reply, its sources and what comes next below. Draws web/presenting.py's CardView. */
import { useEffect, useRef, useState } from 'react';
import { useSetRecoilState } from 'recoil';
import { toast } from 'sonner';
import { sideViewState } from '@chainlit/react-client';
import {
  BadgeCheck, BookOpen, CircleHelp, CircleStop, Clock, Loader, TriangleAlert, FileWarning, Copy, Check, ThumbsUp,
  ThumbsDown, CircleX, ChevronDown, UserRoundPlus, PencilLine, CornerDownRight, RefreshCw, MessagesSquare, GitCommitVertical, Paperclip
} from 'lucide-react';

const TEXTS = {
  zh: {
    searching: '正在检索知识库…', queued: (n) => `排队中，前面还有 ${n} 位`, writing: (n) => `已找到 ${n} 条资料，正在组织回答…`,
    direct: '标准答案', grounded: '有依据', no_knowledge: '知识库没有答案', degraded: '知识库原文', stopped: '已停止', failed: '出错了',
    unsupported: '部分内容没有依据', unsupportedHint: (n) => `标出的 ${n} 句在知识库中找不到依据，发送前请核实或删去。`,
    faq: '标准答案', chat_log: '对话记录', changelog: '版本变更', upload: '上传资料',
    understood: '按这个问题检索', editQuery: '修改后重新检索', ask: '重新检索', cancel: '取消', more: (n) => `还有 ${n} 条相关资料`, less: '收起',
    copy: '复制回复', copied: '已复制，不含编号', unresolved: '未解决', escalate: '升级人工', correct: '纠正答案', up: '有帮助', down: '没帮助',
    unresolvedAsk: '还缺什么？（可不填）', correctAsk: '正确的答案是什么？将作为草稿交给编辑审核。', downAsk: '哪里不好？（可不填）',
    save: '提交', done: { unresolved: '已记为未解决', corrected: '已交给编辑，审核后生效', up: '谢谢', down: '已记录，谢谢' },
    handover: '交接单', copyHandover: '复制交接单', preparing: '正在整理交接单…', failedAction: '没有成功，请再试一次', source: '来源', open: '查看来源',
    nearest: '最接近的条目', colon: '：'
  },
  en: {
    searching: 'Searching the knowledge base…', queued: (n) => `In the queue, ${n} ahead of you`, writing: (n) => `${n} passage${n === 1 ? '' : 's'} found, writing the answer…`,
    direct: 'Standard answer', grounded: 'Grounded', no_knowledge: 'No answer in the knowledge base', degraded: 'Verbatim passages', stopped: 'Stopped', failed: 'Fault',
    unsupported: 'Partly unsupported', unsupportedHint: (n) => `${n} statement${n === 1 ? ' is' : 's are'} marked: found in no passage. Check or delete before sending.`,
    faq: 'Standard answer', chat_log: 'Conversation', changelog: 'Version change', upload: 'Uploaded file',
    understood: 'Searched for', editQuery: 'Edit and search again', ask: 'Search again', cancel: 'Cancel', more: (n) => `${n} more related`, less: 'Show fewer',
    copy: 'Copy reply', copied: 'Copied, without labels', unresolved: 'Unresolved', escalate: 'Hand over', correct: 'Correct it', up: 'Helpful', down: 'Not helpful',
    unresolvedAsk: 'What is missing? (optional)', correctAsk: 'What is the right answer? It goes to the editors as a draft.', downAsk: 'What was wrong? (optional)',
    save: 'Submit', done: { unresolved: 'Noted as unresolved', corrected: 'Sent to the editors for review', up: 'Thank you', down: 'Noted, thank you' },
    handover: 'Hand-over note', copyHandover: 'Copy the note', preparing: 'Preparing the note…', failedAction: 'That did not work; try again', source: 'Source', open: 'Open source',
    nearest: 'Nearest entries', colon: ': '
  }
};

const STATES = {
  searching: [Loader, 'busy'], queued: [Clock, 'busy'], writing: [Loader, 'busy'], direct: [BadgeCheck, 'good'], grounded: [BookOpen, 'good'],
  unsupported: [TriangleAlert, 'warn'], no_knowledge: [CircleHelp, 'none'], degraded: [BookOpen, 'plain'], stopped: [CircleStop, 'plain'],
  failed: [FileWarning, 'warn']
};
const LAYER_ICONS = { faq: BadgeCheck, chat_log: MessagesSquare, changelog: GitCommitVertical, upload: Paperclip };
const BUSY = ['searching', 'queued', 'writing'];
const SHOWN = 3;
const KEPT = (window.deskmateMarks ||= {}); // what was marked since the page was loaded; the server keeps the rest

export default function AnswerCard() {
  const t = TEXTS[/^zh/i.test(document.documentElement.lang) ? 'zh' : 'en'];
  const setSideView = useSetRecoilState(sideViewState);
  const [marks, setMarks] = useState(KEPT[props.turn] || props.marks || {});
  const [form, setForm] = useState(null);
  const [words, setWords] = useState('');
  const [waiting, setWaiting] = useState(false);
  const [copied, setCopied] = useState('');
  const [all, setAll] = useState(false);
  const [editing, setEditing] = useState(false);
  const [query, setQuery] = useState(props.query || props.question || '');
  const opened = useRef(null);
  useEffect(() => { opened.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' }); }, [form, marks.escalated]);

  const busy = BUSY.includes(props.state);
  const [Icon, tone] = STATES[props.state] || STATES.degraded;
  const sources = props.sources || [];
  const cited = sources.filter((one) => one.cited);
  const first = cited.length ? cited : sources.slice(0, SHOWN);
  const shown = all ? sources : first;

  const label = typeof t[props.state] === 'function'
    ? t[props.state](props.state === 'queued' ? props.place : sources.length) : t[props.state];

  function open(source) {
    setSideView({
      title: t.source,
      elements: [{ id: `source-${props.turn}-${source.label}`, type: 'custom', name: 'SourceCard', display: 'side', forId: '', props: source }]
    });
  }

  async function copy(text, which) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement('textarea');
      area.value = text; document.body.append(area); area.select(); document.execCommand('copy'); area.remove();
    }
    if (which === 'reply') dispatchEvent(new CustomEvent('deskmate-reply', { detail: text }));
    setCopied(which); setTimeout(() => setCopied(''), 2000);
    if (which === 'reply') callAction({ name: 'mark', payload: { turn: props.turn, kind: 'copied', note: '' } }).catch(() => {});
  }

  async function mark(kind, note) {
    setWaiting(true);
    try {
      const reply = await callAction({ name: 'mark', payload: { turn: props.turn, card: props.card, kind, note: note || '' } });
      const answer = reply.response || {};
      if (answer.fault) { toast.error(answer.fault); return; }
      const next = { ...marks, [kind]: answer.text || note || 'yes' };
      if (kind === 'up') delete next.down;
      if (kind === 'down') delete next.up;
      KEPT[props.turn] = next;
      setMarks(next); setForm(null); setWords('');
      if (t.done[kind]) toast.success(t.done[kind]);
    } catch {
      toast.error(t.failedAction);
    } finally {
      setWaiting(false);
    }
  }

  function ask(kind) { setForm(form === kind ? null : kind); setWords(kind === 'corrected' ? props.reply || '' : ''); }

  const button = (key, ButtonIcon, text, onClick, on) => (
    <button key={key} type="button" className={`dm-act ${on ? 'dm-on' : ''}`} onClick={onClick} disabled={waiting} aria-pressed={!!on} data-act={key}>
      <ButtonIcon size={15} aria-hidden="true" /><span>{text}</span>
    </button>
  );

  return (
    <>
      <div className={`dm-head dm-${tone}`} role="status" data-state={props.state}>
        <span className="dm-badge"><Icon size={15} className={busy ? 'dm-spin' : ''} aria-hidden="true" />{label}</span>
        {props.note && !busy && props.state !== 'no_knowledge' ? <span className="dm-note">{props.note}</span> : null}
        {props.unsupported ? <span className="dm-note">{t.unsupportedHint(props.unsupported)}</span> : null}
      </div>
      {props.banner ? <div className="dm-override"><GitCommitVertical size={15} aria-hidden="true" /><span>{props.banner}</span></div> : null}
      <div className="dm-card">
        {props.query && !editing ? (
          <button type="button" className="dm-query" title={t.editQuery} onClick={() => setEditing(true)}>
            <CornerDownRight size={14} aria-hidden="true" /><span>{t.understood}{t.colon}{props.query}</span><PencilLine size={13} aria-hidden="true" />
          </button>
        ) : null}
        {editing ? (
          <form className="dm-form" onSubmit={(event) => { event.preventDefault(); setEditing(false); sendUserMessage(query); }}>
            <input value={query} onChange={(event) => setQuery(event.target.value)} aria-label={t.understood} autoFocus />
            <button type="submit" className="dm-primary"><RefreshCw size={14} />{t.ask}</button>
            <button type="button" className="dm-quiet" onClick={() => setEditing(false)}>{t.cancel}</button>
          </form>
        ) : null}

        {shown.length && props.state === 'no_knowledge' ? <p className="dm-quietline">{t.nearest}</p> : null}
        {shown.length ? (
          <div className="dm-sources" role="list" aria-label={t.source}>
            {shown.map((one) => {
              const LayerIcon = LAYER_ICONS[one.layer] || BookOpen;
              return (
                <button type="button" role="listitem" key={one.label} className={`dm-source dm-${one.layer}`} data-source={one.label}
                  title={t.open} onClick={() => open(one)}>
                  <span className="dm-source-top">
                    <span className="dm-label">{one.label}</span>
                    <span className="dm-layer"><LayerIcon size={12} aria-hidden="true" />{t[one.layer] || one.layer}</span>
                    <span className="dm-when">{[one.version, one.updated].filter(Boolean).join(' · ')}</span>
                  </span>
                  <span className="dm-title">{one.title}</span>
                </button>
              );
            })}
          </div>
        ) : null}
        {sources.length > first.length && !busy ? (
          <button type="button" className="dm-more" onClick={() => setAll(!all)} aria-expanded={all}>
            {all ? t.less : t.more(sources.length - first.length)}<ChevronDown size={14} aria-hidden="true" /></button>
        ) : null}

        {!busy && props.turn ? (
          <div className="dm-actions" role="toolbar">
            {props.reply ? button('copy', copied === 'reply' ? Check : Copy, copied === 'reply' ? t.copied : t.copy, () => copy(props.plain ?? props.reply, 'reply')) : null}
            {button('unresolved', CircleX, t.unresolved, () => ask('unresolved'), marks.unresolved)}
            {button('escalated', UserRoundPlus, t.escalate, () => (marks.escalated ? setForm(form === 'escalated' ? null : 'escalated') : mark('escalated').then(() => setForm('escalated'))), marks.escalated)}
            {button('corrected', PencilLine, t.correct, () => ask('corrected'), marks.corrected)}
            <span className="dm-thumbs">
              <button type="button" className={`dm-thumb ${marks.up ? 'dm-on' : ''}`} aria-label={t.up} title={t.up} aria-pressed={!!marks.up} data-act="up" onClick={() => mark('up')}><ThumbsUp size={15} /></button>
              <button type="button" className={`dm-thumb ${marks.down ? 'dm-on' : ''}`} aria-label={t.down} title={t.down} aria-pressed={!!marks.down} data-act="down" onClick={() => ask('down')}><ThumbsDown size={15} /></button>
            </span>
          </div>
        ) : null}

        {['unresolved', 'corrected', 'down'].includes(form) ? (
          <form className="dm-form dm-tall" ref={opened} onSubmit={(event) => { event.preventDefault(); mark(form, words); }}>
            <textarea rows={form === 'corrected' ? 5 : 2} value={words} onChange={(event) => setWords(event.target.value)} autoFocus
              placeholder={t[`${form === 'corrected' ? 'correct' : form}Ask`]} aria-label={t[`${form === 'corrected' ? 'correct' : form}Ask`]} />
            <div><button type="submit" className="dm-primary" disabled={waiting || (form === 'corrected' && !words.trim())}>{t.save}</button>
              <button type="button" className="dm-quiet" onClick={() => setForm(null)}>{t.cancel}</button></div>
          </form>
        ) : null}
        {waiting && !form ? <p className="dm-quietline">{t.preparing}</p> : null}
        {form === 'escalated' && marks.escalated ? (
          <div className="dm-handover" ref={opened}>
            <strong>{t.handover}</strong><pre>{marks.escalated}</pre>
            <button type="button" className="dm-primary" onClick={() => copy(marks.escalated, 'handover')}>
              {copied === 'handover' ? <Check size={14} /> : <Copy size={14} />}{t.copyHandover}</button>
          </div>
        ) : null}
      </div>
    </>
  );
}
