import * as df from "durable-functions";
import { orderWorkflow } from "../contracts/workflow.ts";
import { hears } from "../functions/platform/hears.ts";
import { deliver } from "./deliver.ts";
import { orderWay } from "./order.ts";

df.app.orchestration(orderWorkflow, orderWay);

hears("workflows", (event, context, client) => deliver(event, client, context));
