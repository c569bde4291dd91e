/** How far a pointer has to move, in pixels, to start a drag instead of a click. */
const slack = 5;
/** The distance to the window's edges within which it scrolls, and the scroll step for each frame, in pixels. */
const edge = 70;
const pace = 10;

interface Dragged {
  pointer: number;
  grip: HTMLElement;
  line: HTMLElement;
  /** Where the drag began, in page coordinates, not window coordinates. */
  y: number;
  clientY: number;
  /** The lines, once it is a drag: the position of each, and how far others move aside. */
  lines?: { element: HTMLElement; middle: number; half: number }[];
  from: number;
  to: number;
  room: number;
}

const linesOf = (list: HTMLElement): HTMLElement[] =>
  [...list.children].filter(
    (child): child is HTMLElement => child instanceof HTMLElement && child.dataset.line !== undefined,
  );

/**
 * Makes the lines of a list draggable by their grips, with mouse, pen or finger. Escape, and any other end of a pointer, puts everything back.
 * @returns an attachment for the list
 */
export function drag({ begin, put }: { begin: () => void; put: (from: number, to: number) => void }) {
  return (list: HTMLElement): (() => void) => {
    let dragged: Dragged | undefined;
    let frame = 0;

    function down(event: PointerEvent): void {
      const grip = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-grip]") : null;
      const line = grip?.closest<HTMLElement>("[data-line]");
      // Lists may be nested.
      if (!grip || !line || line.parentElement !== list || event.button !== 0 || dragged) return;
      dragged = {
        pointer: event.pointerId,
        grip,
        line,
        y: event.clientY + scrollY,
        clientY: event.clientY,
        from: 0,
        to: 0,
        room: 0,
      };
      grip.setPointerCapture(event.pointerId);
    }

    function moved(event: PointerEvent): void {
      if (!dragged || event.pointerId !== dragged.pointer) return;
      dragged.clientY = event.clientY;
      if (dragged.lines === undefined) {
        if (Math.abs(event.clientY + scrollY - dragged.y) < slack) return;
        start(dragged);
      }
      place();
    }

    function start(now: Dragged): void {
      begin();
      const lines = linesOf(list).map((element) => {
        const { top, height } = element.getBoundingClientRect();
        return { element, top: top + scrollY, middle: top + scrollY + height / 2, height, half: height / 2 };
      });
      now.from = lines.findIndex(({ element }) => element === now.line);
      now.to = now.from;
      const [here, other] = [lines[now.from], lines[now.from + 1] ?? lines[now.from - 1]];
      if (!here) return;
      // Including the gap between two lines.
      now.room = other
        ? Math.abs(other.top - here.top) - (other.top < here.top ? other.height : here.height) + here.height
        : 0;
      now.lines = lines;
      list.classList.add("sorting");
      now.line.classList.add("dragged");
      frame = requestAnimationFrame(scrollAlong);
    }

    /** Moves the line to the pointer, and the others out of its way. */
    function place(): void {
      if (!dragged?.lines) return;
      const { lines, from, room } = dragged;
      const by = dragged.clientY + scrollY - dragged.y;
      const { middle = 0, half = 0 } = lines[from] ?? {};
      // Lines have different heights: another one moves aside once the leading edge has passed its middle.
      const [top, bottom] = [middle + by - half, middle + by + half];
      dragged.to = lines.filter((other, at) => at !== from && other.middle < (at < from ? top : bottom)).length;
      for (const [at, { element }] of lines.entries()) {
        const aside = at > from && at <= dragged.to ? -room : at < from && at >= dragged.to ? room : 0;
        element.style.translate = `0 ${at === from ? by : aside}px`;
      }
    }

    function scrollAlong(): void {
      if (!dragged) return;
      const up = dragged.clientY < edge;
      if (up || dragged.clientY > innerHeight - edge) {
        scrollBy(0, up ? -pace : pace);
        place();
      }
      frame = requestAnimationFrame(scrollAlong);
    }

    function up(event: PointerEvent): void {
      if (event.pointerId !== dragged?.pointer) return;
      const { lines, from, to, grip } = dragged;
      end();
      if (lines === undefined) return;
      // A drag is no click.
      grip.addEventListener("click", stop, { capture: true, once: true });
      requestAnimationFrame(() => grip.removeEventListener("click", stop, { capture: true }));
      if (from !== to) put(from, to);
    }

    function end(): void {
      if (!dragged) return;
      cancelAnimationFrame(frame);
      for (const { element } of dragged.lines ?? []) element.style.removeProperty("translate");
      dragged.line.classList.remove("dragged");
      list.classList.remove("sorting");
      dragged = undefined;
    }

    function key(event: KeyboardEvent): void {
      if (event.key !== "Escape" || !dragged?.lines) return;
      event.preventDefault();
      end();
    }

    const stop = (event: Event): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    const heard = { pointerdown: down, pointermove: moved, pointerup: up, pointercancel: end } as const;
    for (const [kind, hear] of Object.entries(heard)) list.addEventListener(kind, hear as EventListener);
    addEventListener("keydown", key, { capture: true });
    return () => {
      end();
      for (const [kind, hear] of Object.entries(heard)) list.removeEventListener(kind, hear as EventListener);
      removeEventListener("keydown", key, { capture: true });
    };
  };
}
