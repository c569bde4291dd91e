import type { OrchestrationContext, Task } from "durable-functions";

export function review(context: OrchestrationContext): Generator<Task, unknown, never>;
