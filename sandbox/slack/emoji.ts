/** Second names of the same emoji; Slack keeps and sends the first one. */
const ALIASES: Readonly<Record<string, string>> = { thumbsup: '+1', thumbsdown: '-1', raised_hand: 'hand' }

/** Built-in emoji this workspace knows: not all of Slack's, but those people react with. */
const NAMES = new Set(
  `+1 -1 100 1234 alarm_clock alien ambulance anchor angry arrow_backward arrow_double_up arrow_down
  arrow_forward arrow_left arrow_right arrow_right_hook arrow_up arrows_clockwise arrows_counterclockwise
  articulated_lorry astonished balloon ballot_box_with_ballot ballot_box_with_check bangbang bar_chart battery
  beer beers bell bike bird black_circle black_large_square
  black_right_pointing_triangle_with_double_vertical_bar black_small_square black_square_for_stop blue_heart
  blush bomb book bookmark_tabs books boom bow broken_heart broom bug building_construction bulb cactus cake
  calendar camera car card_file_box cat cd chart_with_downwards_trend chart_with_upwards_trend checkered_flag
  clap clapper clipboard clock1 clock12 clock3 closed_lock_with_key cloud coffee cold_sweat computer
  confetti_ball confounded confused construction construction_worker cookie cool crossed_fingers crown cry
  crystal_ball cyclone dancer dart dash date desktop_computer disappointed dizzy dizzy_face dog
  double_vertical_bar droplet eagle ear earth_africa egg eight electric_plug elephant email envelope exclamation
  exploding_head expressionless eye eyes face_with_monocle face_with_rolling_eyes facepalm fast_forward fearful
  file_cabinet file_folder fire fire_engine fire_extinguisher first_place_medal fist five flag-de flag-eu
  flag-no flag-se flag-us floppy_disk flushed four gear gem ghost gift globe_with_meridians green_apple
  green_heart grey_exclamation grey_question grimacing grin grinning hammer hammer_and_wrench hand handshake
  hash heart heart_eyes heavy_check_mark heavy_minus_sign heavy_multiplication_x heavy_plus_sign hospital
  hourglass hourglass_flowing_sand hugging_face hushed inbox_tray information_source innocent joy key keyboard
  keycap_ten kissing label ladybug large_blue_circle large_blue_diamond large_blue_square large_green_circle
  large_green_square large_orange_circle large_orange_square large_purple_circle large_red_square
  large_yellow_circle large_yellow_square laughing leaves left_right_arrow leftwards_arrow_with_hook link lock
  lock_with_ink_pen loudspeaker mag mag_right magnet mailbox man-shrugging mask mega memo microscope minidisc
  mirror moneybag monkey moon mountain moyai muscle mute nail_care negative_squared_cross_mark nerd_face
  neutral_face new nine no_bell no_entry no_entry_sign no_mouth norway nut_and_bolt ocean octagonal_sign octopus
  ok ok_hand old_key one open_file_folder open_hands open_mouth outbox_tray package page_facing_up palm_tree
  panda_face paperclip parrot partying_face pencil pencil2 pensive phone pick pizza point_down point_left
  point_right point_up point_up_2 poop pray purple_heart pushpin question rabbit rabbit2 radio_button rage
  rainbow raised_hands recycle red_circle relaxed relieved repeat rewind robot_face rocket rotating_light
  round_pushpin runner santa satellite satellite_antenna scales scream scroll see_no_evil seedling seven shield
  ship shrug six skull sleeping sleuth_or_spy slightly_frowning_face slightly_smiling_face small_blue_diamond
  small_orange_diamond small_red_triangle smile smiley smirk snail snowflake sob sos sparkle sparkles
  speech_balloon spiral_calendar_pad star star-struck star2 stars stopwatch sunflower sunglasses sunny sweat
  sweat_smile tada taxi tea telescope thermometer thinking_face thought_balloon three timer_clock tired_face
  toolbox traffic_light triangular_flag_on_post trophy truck turtle twisted_rightwards_arrows two umbrella
  unamused unicorn_face unlock up upside_down_face us v vertical_traffic_light vs warning wastebasket watch wave
  weary whale white_check_mark white_circle white_large_square white_small_square wink wolf woman-shrugging
  worried wrench writing_hand x yellow_heart yum zap zero zipper_mouth_face zzz`
    .split(/\s+/)
    .filter((name) => name !== ''),
)

/** Gives the name Slack keeps for a reaction, skin tone included, or null when there is no such emoji. */
export function normalizeEmoji(given: string): string | null {
  const [, name = '', tone = ''] = /^:?([a-z0-9_+-]+?)(::skin-tone-[2-6])?:?$/.exec(given) ?? []
  const kept = ALIASES[name] ?? name
  return NAMES.has(kept) ? kept + tone : null
}
