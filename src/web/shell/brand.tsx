import mark from './reel.svg'

export const Brand = () => (
  <span class="brand">
    <img src={mark} alt="" width="32" height="32" />
    Roomreel
  </span>
)
