export { Icon, type IconName } from "./icon.tsx";
export { Spinner } from "./spinner.tsx";
export { Wordmark } from "./wordmark.tsx";
