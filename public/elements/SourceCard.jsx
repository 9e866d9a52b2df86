/* One source, opened beside the conversation: the passage itself, marked, where it stands and where to read on. */
import { Markdown } from '@/components/markdown';
import { ExternalLink, FileText, GitCommitVertical } from 'lucide-react';

const TEXTS = {
  zh: { faq: '标准答案', chat_log: '对话记录', changelog: '版本变更', upload: '上传资料', line: '第 {n} 行', page: '打开原网页', file: '打开文件' },
  en: { faq: 'Standard answer', chat_log: 'Conversation', changelog: 'Version change', upload: 'Uploaded file', line: 'line {n}', page: 'Open web page', file: 'Open file' }
};

export default function SourceCard() {
  const t = TEXTS[/^zh/i.test(document.documentElement.lang) ? 'zh' : 'en'];
  const file = `/desk/source/${props.source.split('/').map(encodeURIComponent).join('/')}?line=${props.line}#L${props.line}`;
  return (
    <div className="dm-open">
      <div className="dm-source-top">
        <span className="dm-label">{props.label}</span>
        <span className={`dm-layer dm-${props.layer}`}>{t[props.layer] || props.layer}</span>
        <span className="dm-when">{[props.version, props.updated].filter(Boolean).join(' · ')}</span>
      </div>
      <h3>{props.title}</h3>
      {props.notice ? <div className="dm-override"><GitCommitVertical size={15} /><span>{props.notice}</span></div> : null}
      <div className="dm-passage"><Markdown renderMarkdown={true}>{props.text}</Markdown></div>
      <div className="dm-where"><FileText size={14} /><span>{props.source} · {t.line.replace('{n}', props.line)}</span></div>
      <div className="dm-links">
        {['upload', 'chat_log'].includes(props.layer) ? null : <a href={file} target="_blank" rel="noreferrer"><FileText size={14} />{t.file}</a>}
        {props.url ? <a href={props.url} target="_blank" rel="noreferrer"><ExternalLink size={14} />{t.page}</a> : null}
      </div>
    </div>
  );
}
