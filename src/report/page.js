// Filters the page, and opens what a link leads to. Everything can be read without it.
(() => {
  'use strict';
  const form = document.getElementById('filter');
  const fields = form.elements;
  const ranks = { I: 1, W: 2, E: 3 };
  const wide = 50; // so many findings are shown opened up
  let spaces, rows, others, total;

  const show = (element, visible) => {
    if (element.hidden === visible) element.hidden = !visible;
  };

  // What can be searched, read from the page once.
  const read = () => {
    const text = (element) => element.textContent.toLowerCase();
    spaces = new Map();
    total = 0;
    for (const space of document.querySelectorAll('details.ns')) {
      const name = text(space.querySelector('h3'));
      const groups = [...space.querySelectorAll('.g')].map((group) => {
        const rule = name + ' ' + text(group.querySelector('h4'));
        const items = [...group.querySelectorAll('ol > li')].map((item) => (
          { element: item, rank: ranks[item.className], text: rule + ' ' + text(item) }));
        total += items.length;
        return { element: group, items };
      });
      spaces.set(space.id, { element: space, groups, found: 0 });
    }
    rows = [...document.querySelectorAll('tr[data-n]')].map((row) => ({
      element: row,
      space: spaces.get('n' + row.dataset.n),
      text: [...row.cells].slice(0, 3).map(text).join(' '),
      ready: row.querySelector('td.y') !== null,
      held: row.querySelector('td.h') !== null,
    }));
    others = [...document.querySelectorAll('tr[data-f], .hid li')].map((element) => {
      const details = element.closest('details.hid');
      return {
        element, details, rank: ranks[element.className] || 3,
        text: (details ? text(details.querySelector('h3')) + ' ' : '') + text(element),
      };
    });
  };

  const matches = (text, words) => words.every((word) => text.includes(word));

  const filterFindings = (words, level) => {
    let found = 0;
    for (const space of spaces.values()) {
      space.found = 0;
      for (const group of space.groups) {
        let visible = 0;
        for (const item of group.items) {
          const fits = item.rank >= level && matches(item.text, words);
          show(item.element, fits);
          visible += fits;
        }
        show(group.element, visible > 0);
        space.found += visible;
      }
      show(space.element, space.found > 0);
      found += space.found;
    }
    return found;
  };

  // Exceptions, and what they hide: answers how many hidden findings stay, by namespace.
  const filterOthers = (words, level) => {
    const hidden = new Map();
    for (const { element, details, rank, text } of others) {
      const fits = rank >= level && matches(text, words);
      show(element, fits);
      if (details && fits) hidden.set(details.id, (hidden.get(details.id) || 0) + 1);
    }
    for (const details of document.querySelectorAll('details.hid')) show(details, hidden.has(details.id));
    return hidden;
  };

  // A row stays where it is named itself, or where a finding of it stays.
  const filterRows = (words, level, which, hidden) => {
    const seen = new Set();
    for (const row of rows) {
      const found = row.space ? row.space.found : 0;
      let fits = found > 0 || hidden.has('h' + row.element.dataset.n) || (level === 1 && matches(row.text, words));
      if (which === 'found') fits = found > 0;
      else if (which === 'ready') fits = row.ready && matches(row.text, words);
      else if (which === 'held') fits = fits && row.held;
      else if (which === 'clean') fits = !row.space && matches(row.text, words);
      show(row.element, fits);
      if (fits) seen.add(row.element.dataset.n);
    }
    return seen;
  };

  const filter = () => {
    if (!spaces) read();
    const words = fields.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const level = Number(fields.level.value);
    const found = filterFindings(words, level);
    const hidden = filterOthers(words, level);
    const seen = filterRows(words, level, fields.show.value, hidden);
    if (fields.show.value !== 'all')
      for (const space of document.querySelectorAll('details.ns, details.hid'))
        if (!seen.has(space.id.slice(1))) show(space, false);
    const concealed = [...hidden.values()].reduce((sum, count) => sum + count, 0);
    const filtered = words.length > 0 || level > 1;
    if (filtered && found <= wide)
      for (const space of spaces.values()) if (!space.element.hidden) space.element.open = true;
    fields.count.value = filtered || fields.show.value !== 'all'
      ? `${found} of ${total} findings, ${concealed} hidden, ${seen.size} namespaces` : '';
  };

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest('[hidden]')) form.reset();
    for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    target.scrollIntoView();
  };

  let timer;
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 100);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => {
    clearTimeout(timer);
    setTimeout(filter);
  });
  addEventListener('hashchange', reveal);
  form.hidden = false;
  reveal();
})();
