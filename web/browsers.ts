/**
 * The oldest browsers that the apps support, in Vite's notation. The build compiles newer syntax and styles for them, but adds no missing functions.
 * `lib` in `tsconfig.json` is ES2023, which all of these browsers have, so that the use of a newer function does not compile.
 */
export const browsers = ["chrome111", "edge111", "firefox121", "safari16.4", "ios16.4"];
