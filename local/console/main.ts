import "./console.css";
import { mount } from "svelte";
import Console from "./Console.svelte";

const target = document.getElementById("app");
if (target === null) throw new Error("the page has no element #app");
mount(Console, { target });
