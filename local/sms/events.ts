import type { GridEvent } from "../eventgrid/index.ts";
import type { ReceivedSms, SmsMessage } from "./messages.ts";
import { segmentsOf } from "./segments.ts";

/** The resource that emits the events. */
export const resourceId =
  "/subscriptions/local/resourceGroups/local/providers/Microsoft.Communication/CommunicationServices/local";

/**
 * The event for a delivery report, successful or not.
 * Source: https://learn.microsoft.com/azure/event-grid/communication-services-telephony-sms-events
 */
export function deliveryReport({ id, from, to, message, sentAt, tag, delivery }: SmsMessage): GridEvent {
  const arrived = delivery?.status === "Delivered";
  const segments = segmentsOf(message);
  return eventOf("SMSDeliveryReportReceived", id, from, delivery?.at ?? sentAt, {
    messageId: id,
    from: plain(from),
    to,
    deliveryStatus: delivery?.status ?? "Delivered",
    deliveryStatusDetails: delivery?.details ?? "No error.",
    receivedTimestamp: delivery?.at ?? sentAt,
    deliveryAttempts: [
      { timestamp: sentAt, segmentsSucceeded: arrived ? segments : 0, segmentsFailed: arrived ? 0 : segments },
    ],
    ...(tag === undefined ? {} : { tag }),
  });
}

/** The event for a received message. */
export function messageReceived({ id, from, to, message, receivedAt }: ReceivedSms): GridEvent {
  return eventOf("SMSReceived", id, to, receivedAt, {
    messageId: id,
    from: plain(from),
    to: plain(to),
    message,
    receivedTimestamp: receivedAt,
    segmentCount: segmentsOf(message),
  });
}

/** @param number the resource's number, by which subscriptions filter. */
function eventOf(type: string, id: string, number: string, eventTime: string, data: object): GridEvent {
  return {
    id,
    topic: resourceId,
    subject: `/phonenumber/${plain(number)}`,
    data,
    eventType: `Microsoft.Communication.${type}`,
    dataVersion: "1.0",
    metadataVersion: "1",
    eventTime,
  };
}

/** Subjects contain numbers without the plus. */
const plain = (number: string) => number.replace(/^\+/, "");
