/** The range of factors by which the clock of a stand can run faster or slower than the machine's. */
export const speeds = { least: 0.1, most: 1_000 };
