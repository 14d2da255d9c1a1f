"""How the HTML report looks: light, narrow enough to read, fit to print."""

STYLE = """
:root { --ink: #1d2530; --muted: #66707d; --line: #dfe3e8; --soft: #f5f7f9; --blue: #0b5c9a; --good: #12733f;
  --bad: #b3261e; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.2rem 4rem; max-width: 88rem; color: var(--ink); background: #fff;
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .4rem; padding-top: .8rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1.02rem; margin: 1.6rem 0 .3rem; }
p { margin: .3rem 0 .7rem; max-width: 62rem; }
p.lead, .muted { color: var(--muted); }
nav { margin: 1rem 0; } nav a { margin-right: 1.1rem; white-space: nowrap; }
a { color: var(--blue); }
.scroll { overflow-x: auto; margin: .5rem 0 1rem; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .5rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th[scope=row], thead th:first-child { text-align: left; font-weight: 500; padding-left: 0; }
thead th { border-bottom: 1px solid var(--ink); font-weight: 600; vertical-align: bottom; }
tr.agent th, tr.agent td { font-weight: 650; }
td small, th small { color: var(--muted); font-weight: 400; font-size: .86em; }
td.left, th.left { text-align: left; }
.yes { color: var(--good); font-weight: 650; } .no { color: var(--bad); font-weight: 650; }
.unknown { color: var(--muted); }
figure { margin: .8rem 0 .4rem; } figure svg { max-width: 100%; height: auto; display: block; }
figcaption { color: var(--muted); font-size: .86rem; max-width: 62rem; }
.pair { display: flex; flex-wrap: wrap; gap: 0 3rem; align-items: flex-start; }
table.heat td { text-align: center; border: 2px solid #fff; padding: .5rem .8rem; }
table.heat td.own { outline: 2px solid var(--ink); outline-offset: -3px; }
code { font: .86em ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace; background: var(--soft);
  padding: .1rem .3rem; border-radius: 3px; overflow-wrap: anywhere; white-space: normal; }
td code { white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; font-size: .9rem; }
dt { color: var(--muted); } dd { margin: 0; }
@media print {
  body { font-size: 10.5pt; max-width: none; padding: 0; } nav { display: none; }
  h2 { break-after: avoid; } figure, .scroll, tr { break-inside: avoid; } .scroll { overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } a { color: inherit; }
}
"""
