import type { ProblemCode } from "../../contracts/problem.ts";
import { extensionsIn } from "../../infra/extensions.ts";
import { operationAt, problemsOf } from "../../tools/contracts/problems.ts";
import { operations } from "../../tools/contracts/routes.ts";
import { apiOf } from "../../tools/extensions/operations.ts";

const extensions = [...extensionsIn(), ...extensionsIn("test/system/extensions")];
const apis = await Promise.all(extensions.map(apiOf));
const all = [...operations, ...apis.flatMap((api) => api.operations)];

/** Every answer in a test of the whole system is one that the description of the API lists. @throws Error that says what it lacks */
export function isDescribed(method: string, url: string, status: number, code?: ProblemCode): void {
  const operation = operationAt(method, url, all);
  if (operation === undefined)
    throw new Error(
      `Neither tools/contracts/routes.ts nor a contract.ts of an extension has an operation ${method} ${url}.`,
    );
  const { success, also } = operation;
  const listed = code === undefined ? status === success || status === also : problemsOf(operation).includes(code);
  if (!listed)
    throw new Error(
      `${method} ${operation.path} answered ${status} ${code ?? ""}, which its description (tools/contracts/routes.ts, or contract.ts of an extension) lacks.`,
    );
}
