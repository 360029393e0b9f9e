import type { JSX } from 'preact'

type Input = JSX.IntrinsicElements['wa-input']

type TextFieldProps = Omit<Input, 'value' | 'onInput'> & {
  readonly value: string
  readonly onValue: (value: string) => void
}

/** Web Awesome's input, whose value is never null here. */
export const TextField = ({ onValue, ...rest }: TextFieldProps) => (
  <wa-input {...rest} onInput={(event) => onValue(event.currentTarget.value ?? '')}></wa-input>
)
