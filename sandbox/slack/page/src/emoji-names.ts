/** Slack's names of the emoji people use here. An unknown name stays `:name:`, as in Slack. */

const GROUPS = {
  'Votes and status': `white_check_mark ✅ x ❌ +1 👍 -1 👎 eyes 👀 tada 🎉 heart ❤️ rocket 🚀 raised_hands 🙌 ok_hand 👌 pray 🙏 clap 👏
    wave 👋 muscle 💪 fire 🔥 100 💯 heavy_check_mark ✔️ ballot_box_with_check ☑️ negative_squared_cross_mark ❎ no_entry ⛔ no_entry_sign 🚫
    octagonal_sign 🛑 warning ⚠️ rotating_light 🚨 bell 🔔 no_bell 🔕 question ❓ grey_question ❔ exclamation ❗ bangbang ‼️ information_source ℹ️
    hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ timer_clock ⏲️ alarm_clock ⏰ clock1 🕐 clock3 🕒 watch ⌚ sos 🆘 new 🆕 ok 🆗`,
  Signs: `red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣
    white_circle ⚪ black_circle ⚫ large_green_square 🟩 large_yellow_square 🟨 large_red_square 🟥 large_orange_square 🟧 large_blue_square 🟦
    white_large_square ⬜ black_large_square ⬛ white_small_square ▫️ black_small_square ▪️ large_blue_diamond 🔷 small_blue_diamond 🔹 small_orange_diamond 🔸
    arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_forward ▶️ arrow_backward ◀️ fast_forward ⏩ rewind ⏪ arrow_double_up ⏫
    arrows_counterclockwise 🔄 arrows_clockwise 🔃 repeat 🔁 leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ left_right_arrow ↔️ twisted_rightwards_arrows 🔀
    double_vertical_bar ⏸️ black_square_for_stop ⏹️ black_right_pointing_triangle_with_double_vertical_bar ⏯️
    heavy_plus_sign ➕ heavy_minus_sign ➖ heavy_multiplication_x ✖️ recycle ♻️ link 🔗 radio_button 🔘 checkered_flag 🏁 triangular_flag_on_post 🚩
    one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 zero 0️⃣`,
  Things: `lock 🔒 unlock 🔓 closed_lock_with_key 🔐 key 🔑 old_key 🗝️ shield 🛡️ hammer 🔨 hammer_and_wrench 🛠️ wrench 🔧 gear ⚙️ nut_and_bolt 🔩 toolbox 🧰
    package 📦 truck 🚚 articulated_lorry 🚛 floppy_disk 💾 minidisc 💽 cd 💿 file_cabinet 🗄️ card_file_box 🗃️ file_folder 📁 open_file_folder 📂
    page_facing_up 📄 memo 📝 pencil 📝 pencil2 ✏️ clipboard 📋 bookmark_tabs 📑 scroll 📜 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊
    mag 🔍 mag_right 🔎 microscope 🔬 satellite_antenna 📡 electric_plug 🔌 battery 🔋 computer 💻 desktop_computer 🖥️ bulb 💡 pushpin 📌 round_pushpin 📍
    paperclip 📎 wastebasket 🗑️ broom 🧹 ballot_box_with_ballot 🗳️ scales ⚖️ hospital 🏥 fire_extinguisher 🧯 construction 🚧
    calendar 📆 date 📅 spiral_calendar_pad 🗓️ envelope ✉️ inbox_tray 📥 outbox_tray 📤 speech_balloon 💬 thought_balloon 💭 robot_face 🤖 mega 📣 loudspeaker 📢
    elephant 🐘 bird 🐦 whale 🐳 turtle 🐢 rabbit2 🐇 snail 🐌 bug 🐛 ladybug 🐞 crystal_ball 🔮 magnet 🧲 dart 🎯 trophy 🏆 gift 🎁 balloon 🎈 confetti_ball 🎊
    sparkles ✨ star ⭐ star2 🌟 zap ⚡ boom 💥 snowflake ❄️ sunny ☀️ cloud ☁️ umbrella ☔ rainbow 🌈 earth_africa 🌍 globe_with_meridians 🌐 coffee ☕ pizza 🍕 beer 🍺
    norway 🇳🇴 flag-no 🇳🇴 flag-us 🇺🇸 flag-eu 🇪🇺 flag-de 🇩🇪 flag-se 🇸🇪 us 🇺🇸`,
  Faces: `smile 😄 grinning 😀 slightly_smiling_face 🙂 wink 😉 joy 😂 laughing 😆 sweat_smile 😅 thinking_face 🤔 neutral_face 😐 grimacing 😬 sweat 😓 cold_sweat 😰
    scream 😱 cry 😢 sob 😭 angry 😠 rage 😡 sleeping 😴 zzz 💤 sunglasses 😎 nerd_face 🤓 partying_face 🥳 exploding_head 🤯 face_with_monocle 🧐 shrug 🤷 facepalm 🤦 bow 🙇
    hand ✋ point_right 👉 point_left 👈 point_up ☝️ point_down 👇 crossed_fingers 🤞 handshake 🤝 ghost 👻 skull 💀 see_no_evil 🙈
    green_heart 💚 blue_heart 💙 yellow_heart 💛 purple_heart 💜 broken_heart 💔`,
} as const

export interface Emoji {
  name: string
  glyph: string
}

const readGroup = (text: string): Emoji[] => {
  const words = text.trim().split(/\s+/)
  return words.flatMap((name, at) => (at % 2 === 0 ? [{ name, glyph: words[at + 1] ?? '' }] : []))
}

export const EMOJI_GROUPS: readonly { title: string; emoji: Emoji[] }[] = Object.entries(GROUPS).map(
  ([title, text]) => ({ title, emoji: readGroup(text) }),
)

/** Second names; they are read but not offered. */
const ALIASES: Readonly<Record<string, string>> = {
  thumbsup: '+1',
  thumbsdown: '-1',
  raised_hand: 'hand',
  blue_circle: 'large_blue_circle',
}

const glyphs = new Map(EMOJI_GROUPS.flatMap((group) => group.emoji).map(({ name, glyph }) => [name, glyph]))

const TONES: Readonly<Record<string, string>> = { 2: '🏻', 3: '🏼', 4: '🏽', 5: '🏾', 6: '🏿' }
export const TONE_NUMBERS = Object.keys(TONES)

const TONABLE = new Set(
  (
    '+1 -1 thumbsup thumbsdown raised_hands ok_hand pray clap wave muscle hand point_right point_left point_up ' +
    'point_down crossed_fingers shrug facepalm bow'
  ).split(' '),
)

export const takesTone = (name: string): boolean => TONABLE.has(name)

/** The glyph of `name` or `name::skin-tone-3`, or null when the name is unknown. */
export function findGlyph(name: string): string | null {
  const [base = '', tone] = name.split('::skin-tone-')
  const glyph = glyphs.get(ALIASES[base] ?? base)
  if (glyph === undefined) return null
  return tone === undefined ? glyph : glyph.replace('\uFE0F', '') + (TONES[tone] ?? '')
}
