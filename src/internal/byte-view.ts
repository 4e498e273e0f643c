/** Typed arrays and data views, told by what they are: neither their own properties nor their prototypes are asked. */
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const nameProperty = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag)!;
const lengthProperty = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")!;

interface ViewMaker {
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView;
}

/** `Uint8Array` also for a `Buffer`, `DataView`, … */
export function viewName(view: ArrayBufferView): string {
  return (nameProperty.get!.call(view) as string | undefined) ?? "DataView";
}

/** A new view of the same kind and length as `view`. */
export function viewLike(view: ArrayBufferView, buffer: ArrayBufferLike, byteOffset: number): ArrayBufferView {
  const Maker = (globalThis as unknown as Record<string, ViewMaker>)[viewName(view)]!;
  return new Maker(buffer, byteOffset, view.byteLength / (Maker.BYTES_PER_ELEMENT ?? 1));
}

/** Whether the memory under a view can change under whoever reads it: another thread may write there. */
export function isOnSharedMemory(view: ArrayBufferView): boolean {
  try {
    lengthProperty.get!.call(view.buffer);
    return false;
  } catch {
    return true;
  }
}
