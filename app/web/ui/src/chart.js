// A line chart of the table that `data-table` names: the first column gives the points, every other column a line.
// Cells hold their number in `data-value`, nothing where there is none yet. A point is called by its `data-point`, else
// by its first three letters. The table stays for who reads it.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

const COLOURS = ['#0b5ed7', '#1b7f3b', '#a15c00', '#8c1d18'];

export default function chart(box) {
  const table = document.getElementById(box.dataset.table);
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows];
  const points = rows.map((row) => row.cells[0].dataset.point ?? row.cells[0].textContent.trim().slice(0, 3));
  const lines = heads.slice(1).map((_, column) => rows.map((row) => number(row.cells[column + 1])));
  const size = () => ({ width: box.clientWidth, height: Math.max(160, Math.min(280, box.clientWidth / 3)) });
  const plot = new uPlot({
    ...size(),
    legend: { show: true, live: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_plot, low, high) => [Math.min(0, low ?? 0), Math.max(1, high ?? 1)] } },
    axes: [
      { values: (_plot, places) => places.map((place) => points[place] ?? ''), incrs: [1, 2, 3, 6, 12] },
      { size: 40 },
    ],
    series: [{}, ...heads.slice(1).map((label, index) => ({
      label,
      stroke: COLOURS[index % COLOURS.length],
      width: 2,
      dash: index % 2 ? undefined : [6, 4], // told apart without colours too
      points: { show: true, size: 6 },
    }))],
  }, [points.map((_, place) => place), ...lines], box);
  new ResizeObserver(() => plot.setSize(size())).observe(box);
}

function number(cell) {
  return cell?.dataset.value ? Number(cell.dataset.value) : null;
}
