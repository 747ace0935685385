"""How a page looks: light, dark and on paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1d2a33; --paper: #fdfdfc; --soft: #5b6b7b;
  --line: #d5dbe0; --link: #00637a; --good: #00798c; --bad: #b23a4a; --note: #eef3f4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaed; --paper: #14191d; --soft: #a3b0bb;
  --line: #37424b; --link: #6fc6d6; --good: #4fb3c4; --bad: #ef8a97; --note: #1d262c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 64rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .6rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.8rem 0 .4rem; }
p, ul, pre { max-width: 48rem; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; list-style: none; }
.soft, figcaption, caption { color: var(--soft); font-size: .92rem; }
.note { background: var(--note); border-left: 4px solid var(--link); padding: .6rem .9rem; }
.good { border-left: 4px solid var(--good); }
.bad { border-left: 4px solid var(--bad); }
ul.good, ul.bad { padding-left: 2rem; }
figure { margin: 1rem 0 1.6rem; }
figure img { display: block; max-width: 100%; height: auto; padding: .5rem; background: #fff;
  border: 1px solid var(--line); border-radius: 6px; }
figcaption { margin-top: .4rem; max-width: 48rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0 1.2rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody th { font-weight: 600; white-space: nowrap; }
pre { overflow-x: auto; padding: .7rem .9rem; background: var(--note); border-radius: 6px; }
@page { margin: 1.6cm; }
@media print { :root { --ink: #000; --paper: #fff; --soft: #444; --line: #bbb; --link: #000;
  --note: #f4f4f4; } body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; }
  .wide { overflow: visible; } table { font-size: 8pt; } td, tbody th { white-space: normal; }
  th, td { padding: .15rem .35rem; }
  figure, table, .note, li { break-inside: avoid; } h2, h3 { break-after: avoid; }
  figure img { max-height: 20cm; width: auto; border: 0; padding: 0; }
  pre { white-space: pre-wrap; } }
"""
