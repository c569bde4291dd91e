import type { Counts, Measured } from "./counts.ts";
import { daysOfMonth, prices } from "./prices.ts";

export type Profile = "lean" | "production";

/** The parameters of a stand; the rest is measured. */
export interface Stand {
  ordersADay: number;
  profile: Profile;
}

/** Assumptions besides the prices; the page lists them all. */
export const assumed = {
  /** How many hours a day the stand is open and the change feeds are polled. */
  openHours: 10,
  /** What one stand can make; more orders need more stands, each with its own screens and queue. */
  ordersOfStand: 1000,
  /** Customers stay signed in for a month, and come more than once. */
  signInsAnOrder: 0.2,
  /** Some come late, or when all places are taken, and scan the next code. */
  refusedScansAnOrder: 0.1,
  /** Minutes that a customer's phone stays connected. */
  minutesConnected: 7,
  /** GB of memory of an instance. */
  instanceGb: 0.5,
  /** KB of telemetry for each execution, before sampling. */
  telemetryKb: 5.4,
  /** The share that sampling keeps, by orders a day. */
  sampled: (ordersADay: number) => (ordersADay <= 1000 ? 0.5 : ordersADay <= 10_000 ? 0.2 : 0.05),
  /** The daily cap on telemetry in the templates, in GB. */
  dailyCapGb: { lean: 0.15, production: 2 },
  /** Request units for each batch of a change feed trigger: reading it from two replicas, and storing the continuation. */
  requestUnitsOfBatch: 16,
  /** Request units for each empty poll of a change feed trigger, at strong consistency. */
  requestUnitsOfPoll: 2,
  /**
   * Request units an hour for the lease of a change feed trigger while its instance is up, measured with the real extension: a read and a write every 17
   * seconds, and every 13 seconds a query for leases that nobody has.
   */
  requestUnitsOfLease: 3800,
  /** Polls an hour of one queue, at `maxQueuePollingInterval` of two seconds. */
  queuePollsAnHour: 1800,
  /** Queues of Durable Functions: two partitions, as host.json says, and the activities'. */
  queues: 3,
  /** Maximum number of instances in each group of functions; all HTTP functions are one group. */
  instances: { lean: 40, production: 100 },
  /** Maximum request units a second of a partition in serverless Cosmos DB. */
  requestUnitsASecond: 5000,
  /** Rows of the alert rule on the log; and watched series of metrics: dead letters of each of the core's subscriptions, and lost events. */
  alertRows: 5,
  alertSeries: 7,
} as const;

/** Dollars a month by service; `pushOver` is true if the free tier of Web PubSub does not suffice. */
export interface Bill {
  lines: Record<
    "functions" | "warm" | "cosmos" | "eventGrid" | "storage" | "telemetry" | "webPubSub" | "alerts",
    number
  >;
  month: number;
  day: number;
  pushMessagesADay: number;
  /** Concurrent connections, on average over the opening hours. */
  connections: number;
  pushOver: boolean;
}

function logAlerts(profile: Stand["profile"]): number {
  const { rule, row } = profile === "lean" ? prices.alerts.every15Minutes : prices.alerts.every5Minutes;
  return rule + (assumed.alertRows - 1) * row;
}

/** The monthly bill of a stand, one store, without text messages and taxes. */
export function bill(measured: Measured, { ordersADay, profile }: Stand): Bill {
  const day = (of: (counts: Counts) => number) => ordersADay * anOrder(measured, of) + 24 * of(measured.idleHour);
  const month = (of: (counts: Counts) => number) => daysOfMonth * day(of);
  const executions = month((counts) => counts.executions);
  const stands = Math.ceil(ordersADay / assumed.ordersOfStand);
  const phones = ((ordersADay / stands / assumed.openHours) * assumed.minutesConnected) / 60;
  const pushMessagesADay = day((counts) => counts.pushMessages) + ordersADay * phones * measured.pushMessagesOfOthers;
  // Plus a barista's screen and a display.
  const connections = stands * (phones + 2);
  const { freeMessagesADay, freeConnections } = prices.webPubSub;
  const lines: Bill["lines"] = {
    ...compute(measured, { ordersADay, profile }, executions),
    cosmos:
      ((month(
        ({ requestUnits, expiryUnits, feedBatches }) =>
          requestUnits + expiryUnits + assumed.requestUnitsOfBatch * feedBatches,
      ) +
        daysOfMonth *
          assumed.openHours *
          (assumed.requestUnitsOfPoll * measured.feedPollsAnHour +
            assumed.requestUnitsOfLease * measured.feedTriggers)) /
        1e6) *
        prices.cosmos.millionRequestUnits +
      // A day's documents are stored for their time to live.
      day((counts) => counts.gbDays) * prices.cosmos.gbMonth,
    eventGrid:
      (Math.max(0, month((counts) => counts.gridOperations) - prices.eventGrid.freeOperations) / 1e6) *
      prices.eventGrid.millionOperations,
    storage:
      ((month((counts) => counts.queueOperations) +
        daysOfMonth * pollingHours(profile) * assumed.queuePollsAnHour * assumed.queues) /
        1e4) *
        prices.storage.tenThousandQueueOperations +
      (month((counts) => counts.tableOperations) / 1e4) * prices.storage.tenThousandTableOperations,
    telemetry: telemetry(executions, ordersADay, profile),
    webPubSub: profile === "lean" ? 0 : push(pushMessagesADay, connections) * daysOfMonth,
    alerts: logAlerts(profile) + assumed.alertSeries * prices.alerts.series,
  };
  const total = Object.values(lines).reduce((sum, line) => sum + line, 0);
  return {
    lines,
    month: total,
    day: total / daysOfMonth,
    pushMessagesADay,
    connections,
    pushOver: pushMessagesADay > freeMessagesADay || connections > freeConnections,
  };
}

/** Everything that comes with an order. */
function anOrder({ order, signIn, refusedScan }: Measured, of: (counts: Counts) => number): number {
  return of(order) + assumed.signInsAnOrder * of(signIn) + assumed.refusedScansAnOrder * of(refusedScan);
}

/** The queues are polled while an instance is running: always, if one is kept warm. */
const pollingHours = (profile: Profile) => (profile === "production" ? 24 : assumed.openHours);

function compute(measured: Measured, stand: Stand, executions: number): Pick<Bill["lines"], "functions" | "warm"> {
  const { functions } = prices;
  const seconds = (of: (counts: Counts) => number) => daysOfMonth * busySeconds(measured, stand, of);
  const names = Object.keys({ ...measured.order.busy.others, ...measured.idleHour.busy.others });
  const others = names.reduce((sum, name) => sum + seconds((counts) => counts.busy.others[name] ?? 0), 0);
  const [http, durable] = [seconds(({ busy }) => busy.http), seconds(({ busy }) => busy.durable)];
  const gb = assumed.instanceGb;
  const paid = (Math.max(0, executions - functions.freeExecutions) / 1e6) * functions.millionExecutions;
  const onDemand = (gbSeconds: number) => Math.max(0, gbSeconds - functions.freeGbSeconds) * functions.gbSecond;
  if (stand.profile === "lean") return { functions: paid + onDemand((http + durable + others) * gb), warm: 0 };
  return {
    functions: paid + onDemand(others * gb) + (http + durable) * gb * functions.gbSecondWarmRunning,
    // Two instances, one of each group that is kept warm, all day.
    warm: 2 * gb * 86_400 * daysOfMonth * functions.gbSecondWarmIdle,
  };
}

/**
 * Seconds a day that a group of functions is busy. Orders at random times overlap more the more there are: of T seconds, n intervals of one second
 * each cover T (1 - e^(-n/T)).
 */
function busySeconds(measured: Measured, { ordersADay }: Stand, of: (counts: Counts) => number): number {
  const open = assumed.openHours * 3600;
  const stretches = ordersADay * anOrder(measured, of);
  return open * (1 - Math.exp(-stretches / open)) + 24 * of(measured.idleHour);
}

function telemetry(executions: number, ordersADay: number, profile: Profile): number {
  const gb = (executions * assumed.telemetryKb * assumed.sampled(ordersADay)) / 1024 ** 2;
  const taken = Math.min(gb, assumed.dailyCapGb[profile] * daysOfMonth);
  return Math.max(0, taken - prices.logs.freeGb) * prices.logs.gb;
}

/** Dollars a day of Web PubSub Standard, with as many units as the connections need (twice the average, for the rush). */
function push(messages: number, connections: number): number {
  const { unitDay, messagesOfUnit, connectionsOfUnit, millionMoreMessages } = prices.webPubSub;
  const units = Math.max(1, Math.ceil((2 * connections) / connectionsOfUnit));
  return units * unitDay + (Math.max(0, messages - units * messagesOfUnit) / 1e6) * millionMoreMessages;
}
