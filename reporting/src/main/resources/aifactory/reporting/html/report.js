
// Shows the values under the pointer, or at the arrow keys' cursor, in every chart over the same table. All figures come from the
// tables behind the charts: without this script nothing is missing.
(function () {
  'use strict';
  // Times are in UTC, and here as the reader's clock shows them.
  Array.prototype.forEach.call(document.querySelectorAll('time'), function (time) {
    var instant = new Date(time.getAttribute('datetime'));
    if (instant.getTime() > 0) { time.title = time.textContent; time.textContent = instant.toLocaleString(); }
  });
  var tip = document.querySelector('.tip');
  var charts = Array.prototype.map.call(document.querySelectorAll('figure.chart[data-table]'), function (figure) {
    var table = document.getElementById(figure.dataset.table);
    var svg = figure.querySelector('svg');
    return !table || !svg ? null : {
      svg: svg, table: table, cursor: svg.querySelector('.cursor'), columns: figure.dataset.columns.split(' ').map(Number),
      x: svg.dataset.x.split(' ').map(Number), at: -1
    };
  }).filter(Boolean);

  function words(chart, index) {
    var heads = chart.table.tHead.rows[0].cells, row = chart.table.tBodies[0].rows[index];
    if (!row) { return ''; }
    return [row.cells[0].textContent].concat(chart.columns.map(function (column) {
      return heads[column].textContent + '  ' + row.cells[column].textContent;
    })).join('\n');
  }

  function show(chart, index, left, top) {
    charts.forEach(function (other) {
      if (other.table !== chart.table) { return; }
      other.at = index;
      other.cursor.setAttribute('x1', other.x[index]);
      other.cursor.setAttribute('x2', other.x[index]);
      other.cursor.classList.add('on');
    });
    tip.textContent = words(chart, index);
    tip.hidden = false;
    var width = tip.offsetWidth, height = tip.offsetHeight;
    tip.style.left = Math.max(4, left + 14 + width > window.innerWidth ? left - width - 14 : left + 14) + 'px';
    tip.style.top = Math.max(4, Math.min(top - height / 2, window.innerHeight - height - 4)) + 'px';
  }

  function hide() {
    tip.hidden = true;
    charts.forEach(function (chart) { chart.cursor.classList.remove('on'); });
  }

  function nearest(chart, x) {
    var best = 0;
    chart.x.forEach(function (candidate, index) {
      if (Math.abs(candidate - x) < Math.abs(chart.x[best] - x)) { best = index; }
    });
    return best;
  }

  charts.forEach(function (chart) {
    chart.svg.addEventListener('pointermove', function (event) {
      var box = chart.svg.getBoundingClientRect();
      var x = (event.clientX - box.left) / box.width * chart.svg.viewBox.baseVal.width;
      show(chart, nearest(chart, x), event.clientX, event.clientY);
    });
    chart.svg.addEventListener('pointerleave', hide);
    chart.svg.addEventListener('blur', hide);
    chart.svg.addEventListener('keydown', function (event) {
      var step = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }[event.key];
      if (event.key === 'Escape') { hide(); }
      if (!step) { return; }
      event.preventDefault();
      var index = Math.min(chart.x.length - 1, Math.max(0, chart.at + step));
      var box = chart.svg.getBoundingClientRect();
      show(chart, index, box.left + chart.x[index] * box.width / chart.svg.viewBox.baseVal.width, box.top + 20);
    });
  });
}());
