'use strict';
// Draws what depends on choices of the reader: the plane of two axes, the best runs, trade-offs and all axes together.
// Values of axes and scores are columns with an entry for each point that is shown; null where there is none.
(() => {
  const study = JSON.parse(document.getElementById('study').textContent);
  const { axes, scores, points, grid, style } = study;
  const rows = [...points.keys()];
  const ABSENT = -2; // a cell of a grid that is not there yet
  const WHOLE = -1; // a point with scores
  const HOVERED = 12; // columns below the pointer, at most
  const CONTOURED = 40000; // cells of a plane with contours, at most
  const COLOURS = { missing: '#cbd2d9', absent: '#eef1f4', best: '#e11d48', front: '#d55e00', point: '#0072b2', ink: '#1f2933' };
  const { first } = study; // the score that figures begin with

  const element = (id) => document.getElementById(id);
  // Names may hold anything, and plotly.js reads some of it as markup.
  const safe = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const shown = (value) => (typeof value === 'number' ? String(Number(value.toPrecision(5))) : value ?? 'none');
  const label = (column) => column.name + (column.unit ? ` (${column.unit})` : '');
  const isText = (values) => values.some((value) => typeof value === 'string');
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const isBetter = (score, value, other) => (score.lower ? value < other : value > other);
  const bestFirst = (score) =>
    rows
      .filter((row) => score.values[row] !== null)
      .sort((a, b) => (score.lower ? 1 : -1) * (score.values[a] - score.values[b]) || a - b);
  const extent = (values) => {
    const there = values.filter((value) => value !== null);
    return there.length ? [there.reduce((a, b) => Math.min(a, b)), there.reduce((a, b) => Math.max(a, b))] : [0, 1];
  };

  const axisOf = (column, own = {}) => ({
    ...style.axis,
    title: { ...style.axis.title, text: safe(label(column)) },
    type: isText(column.values) ? 'category' : column.log ? 'log' : 'linear',
    ...own,
  });
  /** The borders of cells around ascending values, halfway between neighbours; the values themselves where they are texts. */
  function borders(values, isLog) {
    if (isText(values)) return values;
    const [to, from] = isLog ? [Math.log, Math.exp] : [(value) => value, (value) => value];
    const at = values.map(to);
    const half = at.slice(1).map((value, k) => (value - at[k]) / 2);
    const [before, after] = [half[0] ?? 0.5, half.at(-1) ?? 0.5];
    return [at[0] - before, ...half.map((width, k) => at[k] + width), at.at(-1) + after].map(from);
  }
  /** From the first border to the last, as plotly.js wants it. */
  const between = (edges, isLog) => [edges[0], edges.at(-1)].map((edge) => (isLog ? Math.log10(edge) : edge));
  const bar = (score) => ({ ...style.bar, title: { ...style.bar.title, text: safe(label(score)) } });
  // Bright colours are good ones.
  const colours = (score) => ({ colorscale: 'Viridis', reversescale: score.lower });
  const draw = (id, data, own) =>
    Plotly.react(id, data, { ...style.layout, ...own }, { responsive: true, displaylogo: false });

  /** A list to choose from. `options` are pairs of value and text. */
  function choice(parent, text, options, chosen, changed) {
    const box = document.createElement('label');
    const select = document.createElement('select');
    box.append(text, select);
    for (const [value, name] of options) select.add(new Option(name, value, false, value === chosen));
    select.onchange = () => changed(select.selectedOptions[0].value);
    parent.append(box);
  }
  const scoreOptions = scores.map((score, index) => [String(index), label(score)]);

  /** What stands below the pointer. */
  function describe(point, valueOfAxis, valueOfScore, why) {
    const lines = [`<b>point ${point}</b>`];
    const columns = [...axes.map((axis, k) => [axis, valueOfAxis(k)]), ...scores.map((score, k) => [score, valueOfScore(k)])];
    for (const [column, value] of columns.slice(0, HOVERED)) {
      lines.push(`${safe(column.name)} = ${safe(shown(value))}${value === null ? '' : ' ' + safe(column.unit)}`);
    }
    if (columns.length > HOVERED) lines.push('...');
    if (why === ABSENT) lines.push('not there yet');
    if (why >= 0) lines.push('no scores, for example:', safe(study.reasons[why]));
    return lines.join('<br>');
  }
  const describeRow = (row) =>
    describe(points[row], (k) => axes[k].values[row], (k) => scores[k].values[row], study.why[row]);
  const hover = { hovertemplate: '%{text}<extra></extra>' };

  // The parameter plane -----------------------------------------------------------------------------------------------

  const star = (colour) => ({ symbol: 'star', size: 17, color: colour, line: { color: '#ffffff', width: 1.5 } });

  /** A grid of two axes or more: a slice through it, with sliders for the other axes. */
  function gridPlane() {
    const { levels } = grid;
    // Places of the values in ascending order, and how far apart neighbours along an axis are.
    const places = levels.map((values) => [...values.keys()].sort((a, b) => compare(values[a], values[b])));
    const strides = levels.map((_, k) => levels.slice(k + 1).reduce((product, values) => product * values.length, 1));
    const placeOf = (point, axis) => Math.floor(point / strides[axis]) % levels[axis].length;
    const bestPoint = (score) => {
      let best = null;
      grid.scores[score].forEach((value, point) => {
        if (value !== null && (best === null || isBetter(scores[score], value, grid.scores[score][best]))) best = point;
      });
      return best;
    };
    const wide = [...levels.keys()].sort((a, b) => levels[b].length - levels[a].length || a - b).slice(0, 2).sort((a, b) => a - b);
    const state = { score: first, across: wide[0], up: wide[1], fixed: [] };
    const controls = element('plane-controls');
    const sliders = document.createElement('div');
    sliders.className = 'controls';

    function go(point) {
      state.fixed = levels.map((_, axis) => (point === null ? places[axis][0] : placeOf(point, axis)));
    }
    function showSliders() {
      sliders.replaceChildren();
      levels.forEach((values, axis) => {
        if (axis === state.across || axis === state.up || values.length < 2) return;
        const box = document.createElement('label');
        const slider = Object.assign(document.createElement('input'), { type: 'range', min: 0, max: values.length - 1 });
        const output = document.createElement('output');
        const say = () => (output.textContent = `${shown(values[state.fixed[axis]])} ${axes[axis].unit}`);
        slider.value = places[axis].indexOf(state.fixed[axis]);
        slider.oninput = () => {
          state.fixed[axis] = places[axis][slider.value];
          say();
          show();
        };
        say();
        box.append(axes[axis].name, slider, output);
        sliders.append(box);
      });
    }
    function show() {
      const [x, y] = [state.across, state.up].map((axis) => places[axis].map((place) => levels[axis][place]));
      const values = grid.scores[state.score];
      const score = scores[state.score];
      const z = [], missing = [], text = [];
      let best = null;
      for (const row of places[state.up]) {
        const line = { z: [], missing: [], text: [] };
        for (const column of places[state.across]) {
          const at = state.fixed.with(state.across, column).with(state.up, row);
          const point = at.reduce((sum, place, axis) => sum + place * strides[axis], 0);
          const value = values[point];
          if (value !== null && (best === null || isBetter(score, value, values[best]))) best = point;
          line.z.push(value);
          line.missing.push(value !== null ? null : grid.states[point] === ABSENT ? 0 : 1);
          line.text.push(describe(point, (k) => levels[k][at[k]], (k) => grid.scores[k][point], grid.states[point]));
        }
        z.push(line.z), missing.push(line.missing), text.push(line.text);
      }
      const [zmin, zmax] = extent(values);
      const greys = [[0, COLOURS.absent], [0.5, COLOURS.absent], [0.5, COLOURS.missing], [1, COLOURS.missing]];
      const sides = [state.across, state.up].map((axis) => axes[axis]);
      const edges = [x, y].map((values, side) => borders(values, sides[side].log));
      const map = { type: 'heatmap', x: edges[0], y: edges[1], text, hoverongaps: false, xgap: 0, ygap: 0, ...hover };
      const data = [
        { ...map, z: missing, zmin: 0, zmax: 1, colorscale: greys, showscale: false },
        { ...map, z, zmin, zmax, ...colours(score), colorbar: bar(score) },
      ];
      // Contours need some neighbours in both directions.
      const isWide = x.filter((_, k) => z.some((line) => line[k] !== null)).length > 2;
      const isHigh = z.filter((line) => line.some((value) => value !== null)).length > 2;
      const isSmooth = isWide && isHigh && !isText(x) && !isText(y) && x.length * y.length <= CONTOURED;
      if (isSmooth && zmax > zmin) {
        data.push({
          type: 'contour', x, y, z, hoverinfo: 'skip', showscale: false, ncontours: 10, connectgaps: false,
          contours: { coloring: 'none', showlabels: true, labelfont: { size: 11, color: '#ffffff' } },
          line: { color: 'rgba(255,255,255,0.75)', width: 1.2, smoothing: 0.6 },
        });
      }
      const overall = bestPoint(state.score);
      if (best !== null) {
        data.push({
          type: 'scatter', mode: 'markers', hoverinfo: 'skip', cliponaxis: false, marker: star(best === overall ? COLOURS.best : COLOURS.ink),
          x: [levels[state.across][placeOf(best, state.across)]], y: [levels[state.up][placeOf(best, state.up)]],
        });
      }
      const [xaxis, yaxis] = sides.map((axis, side) => {
        const range = isText(edges[side]) ? {} : { range: between(edges[side], axis.log) };
        return axisOf({ ...axis, values: edges[side] }, { showgrid: false, ...range });
      });
      draw('plane', data, { xaxis, yaxis });
      caption(overall, best);
    }
    function caption(overall, best) {
      const score = scores[state.score];
      const at = (point) => axes.map((axis, k) => `${axis.name} = ${shown(levels[k][placeOf(point, k)])}`).join(', ');
      const value = (point) => `${shown(grid.scores[state.score][point])} ${score.unit}`.trim();
      const words = [score.meaning ? `Colour: ${score.meaning}.` : ''];
      if (overall !== null) words.push(`Star: the best of all, ${value(overall)} at point ${overall} (${at(overall)}).`);
      if (best !== null && best !== overall) words.push(`Here the best is in this slice, ${value(best)} at point ${best}.`);
      if (grid.states.some((why) => why >= 0)) words.push('Grey: no scores.');
      if (grid.states.includes(ABSENT)) words.push('Pale: not there yet.');
      element('plane-caption').textContent = words.join(' ');
    }
    function start() {
      controls.replaceChildren();
      const axisOptions = axes.map((axis, index) => [String(index), label(axis)]);
      choice(controls, 'score', scoreOptions, String(state.score), (value) => {
        state.score = Number(value);
        go(bestPoint(state.score));
        showSliders();
        show();
      });
      for (const [name, side, other] of [['across', 'across', 'up'], ['up', 'up', 'across']]) {
        choice(controls, name, axisOptions, String(state[side]), (value) => {
          // The two sides change places rather than show one axis twice.
          if (state[other] === Number(value)) state[other] = state[side];
          state[side] = Number(value);
          start();
        });
      }
      controls.append(sliders);
      showSliders();
      show();
    }
    go(bestPoint(state.score));
    start();
  }

  /** Points that are no grid of two axes: each a marker, or a line where a single axis was varied step by step. */
  function scatterPlane() {
    const isLine = grid !== null;
    const columns = axes.concat(scores);
    const columnOptions = columns.map((column, index) => [String(index), label(column)]);
    const state = { score: first, across: 0, up: axes.length > 1 ? 1 : axes.length + first };
    const controls = element('plane-controls');
    function show() {
      const [x, y, score] = [columns[state.across], columns[state.up], scores[state.score]];
      const isScored = state.up >= axes.length;
      const text = rows.map(describeRow);
      const pick = (values, which) => which.map((row) => values[row]);
      const trace = (which, marker) => ({
        type: 'scatter', mode: 'markers', x: pick(x.values, which), y: pick(y.values, which), text: pick(text, which), marker, ...hover,
      });
      const there = rows.filter((row) => score.values[row] !== null && y.values[row] !== null);
      const missing = rows.filter((row) => score.values[row] === null || y.values[row] === null);
      const size = Math.max(5, Math.min(11, 160 / Math.sqrt(rows.length)));
      const data = [];
      if (missing.length) {
        const grey = trace(missing, { symbol: 'x-thin', size: 7, line: { color: '#9aa5b1', width: 1.2 } });
        // Without a value they stand at the lower edge.
        data.push(isScored ? { ...grey, y: missing.map(() => 0.02), yaxis: 'y2' } : grey);
      }
      const worstFirst = bestFirst(score).filter((row) => y.values[row] !== null).reverse();
      const plain = isScored && axes.length === 1;
      const marker = plain
        ? { size, color: COLOURS.point }
        : { size, color: pick(score.values, worstFirst), ...colours(score), colorbar: bar(score), line: { width: 0.5, color: '#ffffff' } };
      const markers = trace(plain && isLine ? [...there].sort((a, b) => compare(x.values[a], x.values[b])) : worstFirst, marker);
      data.push(plain && isLine ? { ...markers, mode: 'lines+markers', line: { color: COLOURS.point, width: 2 } } : markers);
      const best = worstFirst.at(-1);
      if (best !== undefined) data.push({ ...trace([best], star(COLOURS.best)), hoverinfo: 'skip', hovertemplate: null });
      draw('plane', data, {
        xaxis: axisOf(x),
        yaxis: axisOf(y),
        yaxis2: { overlaying: 'y', range: [0, 1], visible: false, fixedrange: true },
        hovermode: 'closest',
      });
      const words = [];
      if (!plain) words.push(`Each point is a marker${score.meaning ? `; colour: ${score.meaning}` : ''}.`);
      else if (score.meaning) words.push(`${score.meaning[0].toUpperCase()}${score.meaning.slice(1)}.`);
      if (best !== undefined) words.push(`Star: the best by ${score.name}, ${shown(score.values[best])} ${score.unit} at point ${points[best]}.`);
      if (missing.length) words.push('Crosses: no scores.');
      element('plane-caption').textContent = words.join(' ');
    }
    const set = (side) => (value) => {
      state[side] = Number(value);
      show();
    };
    if (axes.length === 1) {
      choice(controls, 'score', scoreOptions, String(state.score), (value) => {
        state.score = Number(value);
        state.up = axes.length + state.score;
        show();
      });
    } else {
      choice(controls, 'colour', scoreOptions, String(state.score), set('score'));
      choice(controls, 'across', columnOptions, String(state.across), set('across'));
      choice(controls, 'up', columnOptions, String(state.up), set('up'));
    }
    show();
  }

  // The best runs -----------------------------------------------------------------------------------------------------

  function bestRuns() {
    const cell = (kind, text, className = '') => Object.assign(document.createElement(kind), { textContent: text, className });
    const show = (chosen) => {
      const score = scores[chosen];
      const table = document.createElement('table');
      const head = table.createTHead().insertRow();
      head.append(cell('th', 'point', 'number'));
      const kind = (column) => (isText(column.values) ? '' : 'number') + (column === score ? ' chosen' : '');
      const columns = axes.concat(scores);
      for (const column of columns) head.append(cell('th', label(column), kind(column)));
      const body = table.createTBody();
      for (const row of bestFirst(score).slice(0, study.table)) {
        const line = body.insertRow();
        line.append(cell('td', points[row], 'number'));
        for (const column of columns) line.append(cell('td', shown(column.values[row]), kind(column)));
      }
      const wide = document.createElement('div');
      wide.className = 'wide';
      wide.append(table);
      const order = score.lower ? 'the smallest first' : 'the largest first';
      element('best').replaceChildren(wide, cell('figcaption', `By ${score.name}, ${order}.`));
    };
    choice(element('best-controls'), 'by', scoreOptions, String(first), (value) => show(Number(value)));
    show(first);
  }

  // Trade-offs --------------------------------------------------------------------------------------------------------

  function tradeOffs() {
    if (scores.length < 2) return;
    const objectives = [...scores.keys()].sort((a, b) => scores[b].objective - scores[a].objective || a - b);
    const state = { across: objectives[0], up: objectives[1] };
    const controls = element('front-controls');
    function show() {
      const [x, y] = [scores[state.across], scores[state.up]];
      const there = rows.filter((row) => x.values[row] !== null && y.values[row] !== null);
      const front = [...(study.fronts[`${Math.min(state.across, state.up)},${Math.max(state.across, state.up)}`] ?? [])];
      front.sort((a, b) => x.values[a] - x.values[b] || y.values[a] - y.values[b]);
      const trace = (which, own) => ({
        type: 'scatter', mode: 'markers', x: which.map((row) => x.values[row]), y: which.map((row) => y.values[row]),
        text: which.map(describeRow), ...hover, ...own,
      });
      const marker = { size: 6, color: COLOURS.point, opacity: 0.35 };
      if (study.generations) {
        Object.assign(marker, { color: there.map((row) => study.generations[row]), colorscale: 'Blues', reversescale: true, opacity: 0.8 });
        marker.colorbar = { ...style.bar, title: { ...style.bar.title, text: 'generation' } };
      }
      // The edge of what the front beats.
      const shape = x.lower ? 'hv' : 'vh';
      const edge = { mode: 'lines+markers', line: { shape, color: COLOURS.front, width: 2 }, marker: { size: 8, color: COLOURS.front } };
      const arrow = (score) => ({ title: { ...style.axis.title, text: `${safe(label(score))}, ${score.lower ? 'smaller' : 'larger'} is better` } });
      draw('front', [trace(there, { marker }), trace(front, edge)], { xaxis: axisOf(x, arrow(x)), yaxis: axisOf(y, arrow(y)), hovermode: 'closest' });
      element('front-caption').textContent =
        state.across === state.up
          ? 'Choose two different scores.'
          : `Pareto front of ${x.name} and ${y.name}: ${front.length} of ${there.length} points shown, which no other point beats in both.`;
    }
    for (const side of ['across', 'up']) {
      choice(controls, side, scoreOptions, String(state[side]), (value) => {
        state[side] = Number(value);
        show();
      });
    }
    show();
  }

  // All axes and scores -----------------------------------------------------------------------------------------------

  /** A dimension of parallel coordinates: logarithms and texts need labels of their own. */
  function dimension(column, which) {
    const values = which.map((row) => column.values[row]);
    const name = safe(column.name) + (column.unit ? `<br>${safe(column.unit)}` : '');
    if (isText(values)) {
      const kinds = [...new Set(values)].sort(compare);
      return { label: name, values: values.map((value) => kinds.indexOf(value)), tickvals: [...kinds.keys()], ticktext: kinds.map(safe) };
    }
    const [low, high] = extent(values);
    if (!column.log || !(low > 0)) return { label: name, values };
    const ticks = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const digit of [1, 2, 5]) {
        const tick = Number(`${digit}e${power}`);
        if (tick >= low && tick <= high) ticks.push(tick);
      }
    }
    return { label: name, values: values.map(Math.log10), tickvals: ticks.map(Math.log10), ticktext: ticks.map(shown) };
  }

  function parallelCoordinates() {
    // A column that cannot be read has no line.
    const columns = axes.concat(scores).filter((column) => column.values.some((value) => value !== null));
    const longest = Math.max(...columns.flatMap((column) => [column.name.length, column.unit.length]));
    element('parallel').style.minWidth = `${columns.length * Math.max(90, 8 * longest)}px`;
    const show = (chosen) => {
      const score = scores[chosen];
      // The best lines lie on top.
      const which = bestFirst(score).filter((row) => columns.every((column) => column.values[row] !== null)).reverse();
      const line = { color: which.map((row) => score.values[row]), ...colours(score), showscale: true, colorbar: bar(score) };
      const dimensions = columns.map((column) => dimension(column, which));
      // The ends of an axis would lie over the units; its ticks tell the same.
      const fonts = { labelfont: { size: 13 }, tickfont: { size: 11 }, rangefont: { color: 'rgba(0,0,0,0)' } };
      draw('parallel', [{ type: 'parcoords', dimensions, line, ...fonts }], {
        margin: { l: 110, r: 16, t: 80, b: 24 },
      });
      element('parallel-caption').textContent =
        `Each line is one of ${which.length} points with all scores. Drag along an axis to keep the lines that cross there, a click takes it back; drag a name to move its axis.`;
    };
    choice(element('parallel-controls'), 'colour', scoreOptions, String(first), (value) => show(Number(value)));
    show(first);
  }

  if (grid !== null && grid.levels.filter((levels) => levels.length > 1).length > 1) gridPlane();
  else scatterPlane();
  bestRuns();
  tradeOffs();
  parallelCoordinates();
})();
