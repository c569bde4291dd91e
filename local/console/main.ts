import "./console.css";
import { mount } from "svelte";
import Console from "./Console.svelte";

// It takes its clicks where it is mounted, and of whatever stands in an element that takes them screen readers say that it is clickable.
mount(Console, { target: document, anchor: document.body.appendChild(new Text()) });
