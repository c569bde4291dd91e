/**
 * The oldest browsers that the apps are for, as Vite has them: what is newer in scripts and styles is written for them by the build. What it cannot write, a
 * function that they lack, does not compile: `lib` in `tsconfig.json` is ES2023, which all of them have.
 */
export const browsers = ["chrome111", "edge111", "firefox121", "safari16.4", "ios16.4"];
