import * as df from "durable-functions";

const words = (text) => text.split(/\s+/).filter((word) => word !== "");

/** Each gives a talk a score from 1 to 5. */
const reviewers = {
  /** An abstract has something between 20 and 200 words. */
  length({ abstract }) {
    const count = words(abstract).length;
    return count < 5 ? 1 : count < 20 || count > 200 ? 3 : 5;
  },
  /** A title says what it is about in three to ten words. */
  title({ title }) {
    const count = words(title).length;
    return count < 3 ? 2 : count > 10 ? 3 : 5;
  },
  /** Nobody likes to be shouted at. */
  tone({ title, abstract }) {
    const shouts = `${title} ${abstract}`.match(/!|\b[A-Z]{5,}\b/g)?.length ?? 0;
    return Math.max(1, 5 - shouts);
  },
};

export const names = Object.keys(reviewers);

df.app.activity("askReviewer", {
  handler: ({ reviewer, talk }) => {
    const score = reviewers[reviewer]?.(talk);
    if (score === undefined) throw new Error(`There is no reviewer "${reviewer}".`);
    return score;
  },
});
