import type { ProblemCode } from "../../contracts/problem.ts";
import { operationAt, problemsOf } from "../../tools/contracts/problems.ts";

/** Every answer in a test of the whole system is one that the description of the API lists. @throws Error that says what it lacks */
export function isDescribed(method: string, url: string, status: number, code?: ProblemCode): void {
  const operation = operationAt(method, url);
  if (operation === undefined) throw new Error(`tools/contracts/routes.ts has no operation ${method} ${url}.`);
  const { success, also } = operation;
  const listed = code === undefined ? status === success || status === also : problemsOf(operation).includes(code);
  if (!listed)
    throw new Error(
      `${method} ${operation.path} answered ${status} ${code ?? ""}, which tools/contracts/routes.ts lacks.`,
    );
}
