import * as z from "zod";
import { caller, catalogPage } from "../../contracts/catalog.ts";
import {
  configDocument,
  drinkDocument,
  optionsDocument,
  staffDocument,
  storeDocument,
} from "../../contracts/documents.ts";
import { type EventType, envelopeOf, eventData, eventTypes } from "../../contracts/events.ts";
import * as http from "../../contracts/http.ts";
import * as insights from "../../contracts/insights.ts";
import { notice } from "../../contracts/notice.ts";
import { codeWindow, displayOrder, orderView, queueView } from "../../contracts/order.ts";
import * as pairing from "../../contracts/pairing.ts";
import * as personal from "../../contracts/personal-data.ts";
import { problem } from "../../contracts/problem.ts";

/** A whole event of one type and major version: envelope and data. */
function eventSchema(type: EventType): z.ZodType {
  return envelopeOf(type)
    .extend({ type: z.literal(type), data: eventData[type] })
    .loose();
}

export const events = Object.fromEntries(eventTypes.map((type) => [type, eventSchema(type)])) as Record<
  EventType,
  z.ZodType
>;

export const documents = { store: storeDocument, drink: drinkDocument, options: optionsDocument, staff: staffDocument };

/** Every schema of the HTTP API, by its name in OpenAPI. */
export const httpSchemas = {
  ChallengeRequest: http.challengeRequest,
  ChallengeReply: http.challengeReply,
  SessionRequest: http.sessionRequest,
  SessionReply: http.sessionReply,
  Caller: caller,
  SessionsReply: http.sessionsReply,
  DevicesReply: http.devicesReply,
  EndDevicesQuery: http.endDevicesQuery,
  PairingRequest: pairing.pairingRequest,
  PairingReply: pairing.pairingReply,
  PairingLookRequest: pairing.pairingLookRequest,
  PairingLookReply: pairing.pairingLookReply,
  AskingReply: pairing.askingReply,
  ApproveRequest: pairing.approveRequest,
  PushKeyReply: http.pushKeyReply,
  PushRequest: http.pushRequest,
  TextRequest: http.textRequest,
  CatalogPage: catalogPage,
  PageReply: http.pageReply,
  QueueView: queueView,
  QueueReply: http.queueReply,
  LiveReply: http.liveReply,
  Notice: notice,
  NoticesReply: http.noticesReply,
  CodeWindow: codeWindow,
  CodeReply: http.codeReply,
  HoldRequest: http.holdRequest,
  HoldReply: http.holdReply,
  ScanRequest: http.scanRequest,
  ScanReply: http.scanReply,
  Order: orderView,
  OrderReply: http.orderReply,
  OrdersQuery: http.ordersQuery,
  OrdersReply: http.ordersReply,
  DisplayOrder: displayOrder,
  DisplayOrderReply: http.displayOrderReply,
  DisplayOrdersReply: http.displayOrdersReply,
  JourneyReply: http.journeyReply,
  ShareRequest: http.shareRequest,
  ShareReply: http.shareReply,
  SharedJourneyRequest: http.sharedJourneyRequest,
  SharedJourneyReply: http.sharedJourneyReply,
  CommandRequest: http.commandRequest,
  SubmitRequest: http.submitRequest,
  PlaceRequest: http.placeRequest,
  CancelRequest: http.cancelRequest,
  ConfigReply: http.configReply,
  ConfigDocument: configDocument,
  StaffDocument: staffDocument,
  PersonRequest: http.personRequest,
  StoreRequest: http.storeRequest,
  StoreReply: http.storeReply,
  MenuCopyRequest: http.menuCopyRequest,
  MenuCopyReply: http.menuCopyReply,
  RetiredRequest: http.retiredRequest,
  OpenRequest: http.openRequest,
  PauseRequest: http.pauseRequest,
  PhoneRequest: http.phoneRequest,
  PhoneReply: http.phoneReply,
  ArrangeRequest: http.arrangeRequest,
  AvailableRequest: http.availableRequest,
  InsightsQuery: insights.insightsQuery,
  InsightsReply: insights.insightsReply,
  RecountRequest: insights.recountRequest,
  RecountReply: insights.recountReply,
  CustomerRequest: personal.customerRequest,
  CustomerDataRequest: personal.customerDataRequest,
  PersonalDataQuery: personal.personalDataQuery,
  PersonalDataReply: personal.personalDataReply,
  Problem: problem,
} as const;
export type HttpSchema = keyof typeof httpSchemas;
