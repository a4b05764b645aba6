export { formatMoney, type Money, parseMinorUnits } from "./money.ts";
export { formatDate, formatDateTime } from "./time.ts";
export { fill, plural } from "./words.ts";
