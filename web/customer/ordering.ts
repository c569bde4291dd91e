/** The screens of whoever has an order: one file, which comes once somebody is signed in. */
export { default as Choose } from "./Choose.svelte";
export { default as Ticket } from "./Ticket.svelte";
