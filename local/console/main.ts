import "./console.css";
import { mount } from "svelte";
import Console from "./Console.svelte";

// Not into an element of its own: screen readers would say of all in it that it is clickable.
mount(Console, { target: document.body });
