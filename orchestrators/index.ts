import * as df from "durable-functions";
import { orderWorkflow } from "../contracts/workflow.ts";
import { deliver } from "./deliver.ts";
import { orderWay } from "./order.ts";

df.app.orchestration(orderWorkflow, orderWay);

/** Target of the Event Grid subscription `workflows`. */
df.app.client.eventGrid("workflows", { handler: deliver });
