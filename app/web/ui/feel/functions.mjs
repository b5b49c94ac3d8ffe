// FEEL functions of the platform; described for designers in app/feel/functions.py.
const DAY = 86400000;
const calendars = new Map(); // name -> {holidays: Set of ISO dates, working: Set of ISO dates}
const NONE = { holidays: new Set(), working: new Set() };

globalThis.feelCalendar = (text) => {
  const { name, holidays, working } = JSON.parse(text);
  calendars.set(name, { holidays: new Set(holidays), working: new Set(working) });
};

const calendarOf = (name) => {
  const key = name ?? 'default';
  if (calendars.has(key)) return calendars.get(key);
  if (key === 'default') return NONE;
  throw new Error(`there is no calendar '${key}'`);
};

const isBusinessDay = (time, calendar) => {
  const day = new Date(time);
  const iso = day.toISOString().slice(0, 10);
  if (calendar.working.has(iso)) return true;
  if (calendar.holidays.has(iso)) return false;
  return day.getUTCDay() % 6 !== 0;
};

export const registerFunctions = ({ FeelDate, FeelDateTime, parseDate, parseDateTime, wallClock }) => {
  // a FEEL date, date and time, or ISO text -> {time: UTC midnight in ms, back: (ms) -> the same type}
  const readDay = (value) => {
    let given = value;
    if (typeof given === 'string') given = given.includes('T') ? parseDateTime(given) : parseDate(given);
    if (given instanceof FeelDate || given instanceof FeelDateTime) {
      const text = String(given);
      const rest = text.slice(10);
      const back = (time) => {
        const iso = new Date(time).toISOString().slice(0, 10);
        return rest ? parseDateTime(iso + rest) : parseDate(iso);
      };
      return { time: Date.parse(`${text.slice(0, 10)}T00:00:00Z`), back };
    }
    throw new Error('a date is wanted');
  };
  const whole = (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw new Error('a whole number of days is wanted');
    if (Math.abs(value) > 10000) throw new Error('too many days');
    return value;
  };

  const addBusinessDays = (date, days, calendar) => {
    if (date === null || date === undefined || days === null || days === undefined) return null;
    const { time, back } = readDay(date);
    const book = calendarOf(calendar);
    const step = whole(days) < 0 ? -DAY : DAY;
    let at = time;
    for (let left = Math.abs(days); left > 0;) {
      at += step;
      if (isBusinessDay(at, book)) left -= 1;
    }
    return back(at);
  };

  const businessDaysBetween = (from, to, calendar) => {
    if (from === null || from === undefined || to === null || to === undefined) return null;
    const [start, end] = [readDay(from).time, readDay(to).time];
    const book = calendarOf(calendar);
    if (Math.abs(end - start) > 36600 * DAY) throw new Error("the dates lie more than a century apart");
    const [first, last] = start <= end ? [start, end] : [end, start];
    let count = 0;
    for (let at = first + DAY; at <= last; at += DAY) if (isBusinessDay(at, book)) count += 1;
    return start <= end ? count : -count;
  };

  const isBusiness = (date, calendar) => {
    if (date === null || date === undefined) return null;
    return isBusinessDay(readDay(date).time, calendarOf(calendar));
  };

  const nextStage = (stages, after) => {
    if (!Array.isArray(stages) || after === null || after === undefined) return null;
    const limit = readDay(after).time;
    const later = stages.map(readDay).filter(({ time }) => time > limit).sort((a, b) => a.time - b.time);
    return later.length ? later[0].back(later[0].time) : null;
  };

  return {
    'add business days': [['date', 'days', 'calendar'], addBusinessDays],
    'business days': [['date', 'days', 'calendar'], addBusinessDays],
    'business days between': [['from', 'to', 'calendar'], businessDaysBetween],
    'is business day': [['date', 'calendar'], isBusiness],
    'next stage': [['stages', 'after'], nextStage],
    'is defined': [['value'], (value) => value !== null && value !== undefined],
    now: [[], wallClock],
    today: [[], () => parseDate(String(wallClock()).slice(0, 10))],
  };
};
