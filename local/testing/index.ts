export type { HistoryEntry, Instance } from "./durable-api.ts";
export {
  type OrchestratorCall,
  type OrchestratorResult,
  type RunOptions,
  runOrchestrator,
} from "./run-orchestrator.ts";
export { type Duration, startTestStack, type TestStack, type TestStackOptions } from "./stack.ts";
