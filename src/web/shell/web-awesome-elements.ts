import type { ComponentChildren, CSSProperties, HTMLAttributes } from 'preact'

type WebAwesomeTag = Extract<keyof HTMLElementTagNameMap, `wa-${string}`>

/** Preact sets the properties of an element, so an element's own fields are its props. */
type PropsOf<Element extends HTMLElement> = Omit<
  HTMLAttributes<Element>,
  Exclude<keyof Element, keyof HTMLElement>
> &
  Partial<Omit<Element, keyof HTMLElement>> & {
    readonly children?: ComponentChildren
    readonly class?: string
    readonly slot?: string
    readonly hidden?: boolean
    readonly autofocus?: boolean
    readonly style?: CSSProperties
    readonly [event: `onwa-${string}`]: ((event: Event) => void) | undefined
  }

type WebAwesomeElements = { [Tag in WebAwesomeTag]: PropsOf<HTMLElementTagNameMap[Tag]> }

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements extends WebAwesomeElements {}
  }
}
