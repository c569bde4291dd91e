import type { OrchestrationContext, Task } from "durable-functions";

export function watch(context: OrchestrationContext): Generator<Task, unknown, never>;
