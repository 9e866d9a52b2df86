/* Our own pages: theme as chosen in the window, a question before what cannot be undone by a second click. */
const theme = localStorage.getItem('vite-ui-theme');
if (theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)) document.documentElement.classList.add('dark');
for (const form of document.querySelectorAll('form[data-ask]')) {
  form.addEventListener('submit', (event) => { if (!confirm(form.dataset.ask)) event.preventDefault(); });
}
