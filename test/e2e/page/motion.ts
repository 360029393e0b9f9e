import type { Page } from 'playwright-core'

/** What changes its place or its shape by itself. A colour that fades from one to another is no motion. */
export const movingOn = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    const fades = /color|opacity|shadow|outline|background|fill|stroke/
    return document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .filter(
        (animation) => !(animation instanceof CSSTransition && fades.test(animation.transitionProperty)),
      )
      .map((animation) => {
        if (animation instanceof CSSAnimation) return animation.animationName
        return animation instanceof CSSTransition
          ? `to another ${animation.transitionProperty}`
          : animation.id
      })
  })
