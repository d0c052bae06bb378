// Shows what /_received tells, as Slack, PagerDuty and Sentry do. What was received comes into the page as text, never as HTML.
'use strict';

const REFRESH_MS = 3000;
/** The colours that Slack's own words stand for. */
const COLORS = {good: '#2eb886', warning: '#daa038', danger: '#a30200'};
/** Slack's marks: links, bold and code. */
const MARKS = /<(https?:\/\/[^|&<>"'\s]+)\|([^&<>"']+)>|(?<![\w*])\*([^*\n]+)\*(?![\w*])|`([^`\n]+)`/;

/** An element, of no class for ''; its children are elements or texts. */
function element(name, cssClass, ...children) {
  const made = document.createElement(name);
  if (cssClass !== '') {
    made.className = cssClass;
  }
  made.append(...children);
  return made;
}

/** An element around a text; nothing where the text is empty. */
function around(name, cssClass, text) {
  return text === '' ? [] : [element(name, cssClass, text)];
}

/** A text of an object; empty where it has none of that name. */
function text(object, name) {
  const value = object != null && Object.hasOwn(object, name) ? object[name] : '';
  return typeof value === 'object' && value !== null ? '' : String(value);
}

function plain(value) {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function list(value) {
  return Array.isArray(value) ? value : [];
}

function entries(value) {
  return value === null || typeof value !== 'object' || Array.isArray(value) ? [] : Object.entries(value);
}

function time(entry) {
  return entry.received_at.slice(11, 19) + ' UTC';
}

/** A link; only the text where the address is none of the web, since an address can be a script. */
function link(cssClass, address, text) {
  let protocol = '';
  try {
    protocol = new URL(address).protocol;
  } catch {
    // no address
  }
  if (protocol !== 'http:' && protocol !== 'https:') {
    return around('span', cssClass, text);
  }
  const made = element('a', cssClass, text);
  made.rel = 'noreferrer';
  made.href = address;
  return [made];
}

/** The texts and elements that a text with Slack's marks stands for. */
function marked(text) {
  const mark = MARKS.exec(text);
  if (!mark) {
    return [text];
  }
  const [whole, address, words, bold, code] = mark;
  let made;
  if (address) {
    made = element('a', '', ...marked(words));
    made.rel = 'noreferrer';
    made.href = address;
  } else {
    made = bold ? element('b', '', ...marked(bold)) : element('code', '', ...marked(code));
  }
  return [text.slice(0, mark.index), made, ...marked(text.slice(mark.index + whole.length))];
}

function slackText(text) {
  return text.trim() === '' ? [] : [element('div', 'text', ...marked(text))];
}

function slackMessage(entry) {
  const message = entry.payload;
  const sender = text(message, 'username') || 'incoming-webhook';
  return element('article', 'message',
      element('div', 'avatar', [...sender][0].toUpperCase()),
      element('div', '',
          element('b', '', sender), ' ', element('span', 'app', 'APP'), ' ',
          element('span', 'time', time(entry) + '  ' + text(message, 'channel')),
          ...slackText(text(message, 'text')),
          ...list(message.attachments).flatMap(attachment)));
}

function attachment(part) {
  const fields = list(part.fields).map(field =>
      element('div', field.short === true ? '' : 'long',
          ...around('b', '', text(field, 'title')), ...slackText(text(field, 'value'))));
  const body = element('div', 'attachment',
      element('div', '', ...link('title', text(part, 'title_link'), text(part, 'title'))),
      ...slackText(text(part, 'text')),
      ...(fields.length === 0 ? [] : [element('div', 'fields', ...fields)]),
      ...list(part.actions).flatMap(action => link('button', text(action, 'url'), text(action, 'text'))),
      ...around('div', 'footer', text(part, 'footer')));
  body.style.borderColor = color(text(part, 'color'));
  return [...slackText(text(part, 'pretext')), body];
}

function color(name) {
  if (Object.hasOwn(COLORS, name)) {
    return COLORS[name];
  }
  const number = /^#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})$/.exec(name);
  return number ? '#' + number[1] : '#ddd';
}

/** The events of each incident, the oldest first; the incident that was heard of last stands last. */
function incidents(events) {
  const open = new Map();
  for (const event of events) {
    const earlier = open.get(event.dedup_key) ?? [];
    open.delete(event.dedup_key);
    const isOver = earlier.length > 0 && earlier.at(-1).payload.event_action === 'resolve';
    open.set(event.dedup_key, [...(isOver ? [] : earlier), event]);
  }
  return [...open.values()];
}

function incident(events) {
  const first = events[0];
  const last = events.at(-1);
  const states = {resolve: 'resolved', acknowledge: 'acknowledged'};
  const state = states[last.payload.event_action] ?? 'triggered';
  const alert = first.payload.payload ?? {};
  return element('article', 'incident',
      element('span', 'pill ' + state, state),
      ...around('span', 'severity', text(alert, 'severity')),
      element('div', 'title', text(alert, 'summary')),
      facts([
        ['opened', time(first)],
        [state === 'resolved' ? 'resolved' : 'last event', events.length === 1 ? '' : time(last)],
        ...['source', 'component', 'group', 'class'].map(name => [name, text(alert, name)]),
        ...entries(alert.custom_details).map(([name, value]) => [name, plain(value)]),
        ['dedup_key', last.dedup_key],
      ]),
      ...list(first.payload.links).flatMap(each => link('button', text(each, 'href'), text(each, 'text'))));
}

function sentryEvent(entry) {
  const event = entry.payload;
  const thrown = list(event.exception?.values).at(-1);
  return element('article', 'event',
      ...around('span', 'severity', text(event, 'level')), ' ',
      element('span', 'time', time(entry)),
      ...around('div', 'title', (text(thrown, 'type') + ' ' + text(thrown, 'value')).trim()),
      ...around('div', 'text', sentryMessage(event)),
      facts([
        ['environment', text(event, 'environment')],
        ['release', text(event, 'release')],
        ...entries(event.tags).map(([name, value]) => [name, plain(value)]),
        ['event_id', entry.event_id],
      ]));
}

function sentryMessage(event) {
  const entry = event.logentry ?? event.message;
  return typeof entry === 'string' ? entry : text(entry, 'formatted') || text(entry, 'message');
}

/** Names and values; those without a value are left out. */
function facts(pairs) {
  return element('dl', '', ...pairs.flatMap(([name, value]) =>
      value === '' ? [] : [element('dt', '', name), element('dd', '', value)]));
}

function show(id, articles) {
  document.getElementById(id).replaceChildren(
      ...(articles.length === 0 ? [element('p', 'none', 'Nothing has arrived.')] : articles.reverse()));
}

let shown = '';

async function refresh() {
  let received = shown;
  try {
    received = await (await fetch('_received')).text();
    document.getElementById('no-answer').hidden = true;
  } catch {
    document.getElementById('no-answer').hidden = false;
  }
  if (received !== shown) { // what did not change keeps its place and its selection
    const {slack, pagerduty, sentry} = JSON.parse(received);
    show('slack', slack.map(slackMessage));
    show('pagerduty', incidents(pagerduty).map(incident));
    show('sentry', sentry.map(sentryEvent));
    shown = received;
  }
}

refresh();
setInterval(refresh, REFRESH_MS);
