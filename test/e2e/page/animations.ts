import type { Page } from 'playwright-core'

/** Running animations of position or shape. Transitions of colours are not motion. */
export const runningAnimationsOn = (page: Page): Promise<ReadonlyArray<string>> =>
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
