import * as df from "durable-functions";

/** Counts what became of the talks; an operation is the name of what to count. */
df.app.entity("tally", (context) => {
  const tally = context.df.getState(() => ({ accepted: 0, declined: 0, expired: 0 }));
  const result = context.df.operationName;
  if (!(result in tally)) throw new Error(`"${result}" is not what becomes of a talk.`);
  context.df.setState({ ...tally, [result]: tally[result] + 1 });
});
