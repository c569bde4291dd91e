/** The screens for customers with an order: one file, loaded once somebody is signed in. */
export { default as Choose } from "./Choose.svelte";
export { dropDraft } from "./draft.ts";
export { saidOf } from "./said.ts";
export { default as Ticket } from "./Ticket.svelte";
