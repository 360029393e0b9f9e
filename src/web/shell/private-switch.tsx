interface PrivateSwitchProps {
  readonly checked: boolean
  readonly onChange: (isPrivate: boolean) => void
  readonly words?: string
  readonly hint?: string
}

export const PrivateSwitch = ({
  checked,
  onChange,
  words = 'Private room',
  hint = 'Only people with its link can come in.',
}: PrivateSwitchProps) => (
  <wa-switch checked={checked} hint={hint} onChange={(event) => onChange(event.currentTarget.checked)}>
    {words}
  </wa-switch>
)
