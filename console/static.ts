// Decides how it looks: calm, readable at 3 a.m., the same on a phone; states said in words and not by colour alone.

export const stylesheet = `
:root { color-scheme: light dark; --ink: #16202c; --quiet: #55616f; --paper: #f6f7f9; --card: #fff; --line: #d7dce2; --accent: #0b4a8f; --bad: #a11d1d; --warn: #8a5200; --good: #1c6b3a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ecf2; --quiet: #a3afbd; --paper: #11161c; --card: #1a212a; --line: #313b47; --accent: #8dbdf5; --bad: #ff9c93; --warn: #f2c069; --good: #84d6a1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Liberation Sans", Arial, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; padding: .6rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; font-size: 1.15rem; color: var(--ink); text-decoration: none; letter-spacing: .01em; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; flex: 1; }
nav a, .who { color: var(--quiet); text-decoration: none; padding: .35rem 0; }
nav a:hover, .who:hover { color: var(--accent); }
nav a[aria-current] { color: var(--ink); font-weight: 600; border-bottom: 2px solid var(--accent); }
.banner { margin: 0; padding: .5rem 1.25rem; background: color-mix(in srgb, var(--warn) 14%, var(--card)); border-bottom: 1px solid var(--line); font-size: .93rem; }
main { max-width: 70rem; margin: 0 auto; padding: 1.25rem; }
footer { max-width: 70rem; margin: 0 auto; padding: 1rem 1.25rem 2rem; color: var(--quiet); font-size: .88rem; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: .4rem 0 .6rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; }
.card h2 { margin: 0 0 .25rem; } a { color: var(--accent); } .lead { color: var(--quiet); margin-top: 0; } .quiet { color: var(--quiet); } .hint { color: var(--quiet); font-size: .88rem; margin: .3rem 0 .6rem; }
.cards { list-style: none; margin: 0; padding: 0; display: grid; gap: .9rem; }
.card, .acts, details { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem; } details + details { margin-top: .6rem; } .acts details + details { margin-top: 0; } .card p { margin: .2rem 0 .6rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .6rem 1.2rem; margin: 0; } .facts.wide { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem; }
dt { color: var(--quiet); font-size: .85rem; } dd { margin: 0; }
.tag { display: inline-block; padding: .08rem .55rem; border-radius: 1rem; border: 1px solid currentColor; font-size: .84rem; font-weight: 600; white-space: nowrap; color: var(--quiet); }
.tag.outcome-suspected-breach, .tag.outcome-confirmed-breach, .tag.level-critical { color: var(--bad); } .tag.outcome-breach-assessment, .tag.level-high { color: var(--warn); } .tag.outcome-refuted { color: var(--good); }
.tag.outcome-suspected-breach, .tag.outcome-confirmed-breach { background: color-mix(in srgb, var(--bad) 12%, transparent); }
.clock { white-space: nowrap; font-variant-numeric: tabular-nums; font-size: .92rem; } .clock.late { color: var(--bad); font-weight: 700; } .clock.soon { color: var(--warn); font-weight: 600; } .clock.calm { color: var(--quiet); }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; } th, td { text-align: left; padding: .5rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top; } thead th { color: var(--quiet); font-weight: 600; font-size: .85rem; white-space: nowrap; } tbody tr:last-child > * { border-bottom: 0; }
.plain { list-style: none; padding: 0; margin: 0 0 .8rem; } .plain li { padding: .35rem 0; overflow-wrap: anywhere; } .timeline { padding-left: 1.2rem; font-size: .93rem; } .timeline li { padding: .12rem 0; overflow-wrap: anywhere; }
.acts { display: grid; gap: .7rem; margin: 1rem 0; border-left: 4px solid var(--accent); } .acts:not(:has(form)) { display: none; } .acts form { margin: 0; } .acts details { background: none; padding: .6rem .9rem; } summary { cursor: pointer; font-weight: 600; } details form { margin-top: .7rem; }
label { display: block; margin: .5rem 0; font-weight: 600; } input, textarea, select { display: block; width: 100%; max-width: 38rem; margin-top: .2rem; padding: .5rem .6rem; font: inherit; font-weight: 400; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; }
.choice { font-weight: 500; } .choice input { display: inline; width: auto; margin-right: .4rem; } fieldset { border: 1px solid var(--line); border-radius: .6rem; background: var(--card); margin: 0 0 1rem; }
button { white-space: nowrap; font: inherit; font-weight: 600; padding: .55rem 1rem; border-radius: .45rem; border: 1px solid var(--accent); background: none; color: var(--accent); cursor: pointer; } button.primary { background: var(--accent); color: var(--card); } button.danger { background: var(--bad); border-color: var(--bad); color: var(--card); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.refusal { padding: .6rem .9rem; border-left: 4px solid var(--bad); background: var(--card); } .ok { padding: .6rem .9rem; border-left: 4px solid var(--good); background: var(--card); }
.letter { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem; font: 14px/1.5 ui-monospace, "Liberation Mono", monospace; } blockquote { margin: 0; padding: .4rem .9rem; border-left: 4px solid var(--line); }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem; }
@media (max-width: 40rem) {
  main { padding: .9rem; } .who { flex-basis: 100%; } h1 { font-size: 1.3rem; } button { width: 100%; }
  .scroll table { min-width: 44rem; } .scroll .stack { min-width: 0; } .stack, .stack tbody, .stack tr, .stack th, .stack td { display: block; } .stack thead { display: none; }
  .stack tr { padding: .5rem 0; border-bottom: 1px solid var(--line); } .stack tr > * { padding: .15rem .8rem; border: 0; } .stack td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
}
@media print { header, .acts, .banner, footer { display: none; } body { background: #fff; } }
`;

/**
 * Nicer with JavaScript: the page looks for news every 15 seconds, unless somebody is writing on it or opened something.
 * When no news comes it says so: clocks that stand still must not pass for the truth.
 */
export const liveScript = `
const main = () => document.querySelector('main');
const opened = () => document.querySelector('details[open]:not([data-offered])');
// A box without a value of its own has one, "on", that is no default: whether it is ticked says whether somebody touched it.
const touched = (field) => field.type === 'checkbox' || field.type === 'radio' ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
const writing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '')
  || [...document.querySelectorAll('input, textarea')].some(touched)
  || [...document.querySelectorAll('select')].some((field) => field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected)));
const busy = () => opened() || writing();
let asOf = new Date();
const tell = (stale) => {
  document.querySelector('#stale')?.remove();
  if (!stale) { asOf = new Date(); return; }
  const line = document.createElement('p');
  line.id = 'stale';
  line.className = 'refusal';
  line.setAttribute('role', 'status');
  line.textContent = 'Art33 gave no news. This page is as of ' + asOf.toISOString().slice(11, 16) + ' UTC; reload it.';
  main().before(line);
};
setInterval(async () => {
  if (document.hidden || busy()) return;
  try {
    const answer = await fetch(location.href, { credentials: 'same-origin' });
    // The answer to a form has no address of its own.
    if (answer.status === 404) return;
    if (!answer.ok || answer.redirected) return tell(true);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
    if (busy()) return;
    if (fresh && !fresh.isEqualNode(main())) main().replaceWith(document.adoptNode(fresh));
    tell(false);
  } catch { tell(true); }
}, 15000);
`;
