// The one place that knows ncurses.
//
// Its headers are C of 1984: macros called `move`, `erase` and `timeout`. NCURSES_NOMACROS makes functions of them.
#define NCURSES_NOMACROS 1
#include "src/app/live/terminal.h"

#include <fcntl.h>
#include <langinfo.h>
#include <ncurses.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <clocale>
#include <cstdio>
#include <cwchar>
#include <string>
#include <string_view>
#include <utility>

#include "src/app/signals.h"

namespace whydrop {
namespace {

constexpr int kEscapeDelay = 100;  // ms that the rest of an arrow key may take over a slow line
constexpr short kRed = 1;
constexpr short kYellow = 2;
constexpr int kCtrlL = 'L' & 0x1f;
constexpr int kEscape = 0x1b;

/// What a signal handler needs to give the terminal back. It is given nothing, so this is a global.
struct Return {
  termios modes{};
  std::array<char, 256> codes{};
  std::size_t length = 0;
};
Return way_back;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

/// What the terminal has for this; empty where it cannot.
std::string_view capability(std::string name) {
  const char* const code = ::tigetstr(name.data());
  // NOLINTNEXTLINE: (char*)-1 where the name means no string
  return code == nullptr || code == reinterpret_cast<const char*>(-1) ? std::string_view() : std::string_view(code);
}

/// Its codes without the delays in them, $<5>.
void note_way_back() {
  way_back.length = 0;
  for (const char* const name : {"sgr0", "cnorm", "rmkx", "rmcup"}) {
    bool delay = false;
    for (const char c : capability(name)) {
      delay = delay || c == '$';
      if (!delay && way_back.length < way_back.codes.size()) way_back.codes[way_back.length++] = c;
      delay = delay && c != '>';
    }
  }
}

void go_back() {
  if (::write(STDOUT_FILENO, way_back.codes.data(), way_back.length) >= 0)
    ::tcsetattr(STDIN_FILENO, TCSANOW, &way_back.modes);
}

/// Paint's codes as ncurses has them.
attr_t attribute(std::string_view code) {
  if (code == "\x1b[1m") return A_BOLD;
  if (code == "\x1b[2m") return A_DIM;
  if (code == "\x1b[31m") return static_cast<attr_t>(COLOR_PAIR(kRed));
  if (code == "\x1b[33m") return static_cast<attr_t>(COLOR_PAIR(kYellow));
  return A_NORMAL;
}

/// One character at the cursor; false when it would reach beyond `width`.
bool put(WINDOW* window, wchar_t character, int& column, int width) {
  const int wide = ::wcwidth(character);
  if (wide < 0) character = L'?';
  const int columns = wide < 0 ? 1 : wide;
  if (column + columns > width) return false;
  ::waddnwstr(window, &character, 1);
  column += columns;
  return true;
}

/// The next character of a text that is not empty, and its length in bytes; "?" for what is none in this locale.
std::pair<wchar_t, std::size_t> decoded(std::string_view text) {
  wchar_t character = L'?';
  std::mbstate_t state{};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): its state is our own
  const std::size_t length = std::mbrtowc(&character, text.data(), text.size(), &state);
  return length == 0 || length > text.size() ? std::pair(L'?', std::size_t{1}) : std::pair(character, length);
}

void put_line(WINDOW* window, std::string_view text, bool reversed) {
  const int width = getmaxx(window);
  const attr_t base = reversed ? A_REVERSE : A_NORMAL;
  ::wattrset(window, static_cast<int>(base));
  int column = 0;
  while (!text.empty()) {
    if (text.front() == kEscape) {
      const std::size_t end = std::min(text.find('m'), text.size() - 1) + 1;
      const attr_t wanted = attribute(text.substr(0, end));
      if (wanted == A_NORMAL) ::wattrset(window, static_cast<int>(base));
      else ::wattron(window, static_cast<int>(wanted));
      text.remove_prefix(end);
      continue;
    }
    const auto [character, length] = decoded(text);
    if (!put(window, character, column, width)) break;
    text.remove_prefix(length);
  }
  ::wattrset(window, A_NORMAL);
}

std::optional<ViewKey> view_key(int code) {
  switch (code) {
    case KEY_UP:
    case 'k': return ViewKey::up;
    case KEY_DOWN:
    case 'j': return ViewKey::down;
    case KEY_PPAGE:
    case 'b': return ViewKey::page_up;
    case KEY_NPAGE:
    case ' ': return ViewKey::page_down;
    case KEY_HOME:
    case 'g': return ViewKey::first;
    case KEY_END:
    case 'G': return ViewKey::last;
    case KEY_ENTER:
    case '\n':
    case '\r': return ViewKey::open;
    case kEscape:
    case KEY_BACKSPACE: return ViewKey::back;
    default: return std::nullopt;
  }
}

void set_up(WINDOW* window) {
  ::cbreak();
  ::noecho();
  ::nonl();
  ::keypad(window, true);
  ::nodelay(window, true);
  ::leaveok(window, true);
  ::set_escdelay(kEscapeDelay);
  ::curs_set(0);
  if (!::has_colors()) return;
  ::start_color();
  ::use_default_colors();
  ::init_pair(kRed, COLOR_RED, -1);
  ::init_pair(kYellow, COLOR_YELLOW, -1);
}

}  // namespace

class Terminal::State {
 public:
  explicit State(SCREEN* screen) : screen_(screen) {}
  ~State() {
    ::endwin();
    ::delscreen(screen_);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  WINDOW* window() const { return window_; }

 private:
  SCREEN* screen_;
  WINDOW* window_ = stdscr;
  FarewellGuard farewell_{go_back};
};

Terminal::Terminal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Terminal::~Terminal() = default;

std::unique_ptr<Terminal> Terminal::begin() {
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1) return nullptr;
  (void)std::setlocale(LC_CTYPE, "");  // NOLINT(concurrency-mt-unsafe): no thread yet
  ::tcgetattr(STDIN_FILENO, &way_back.modes);
  SCREEN* const screen = ::newterm(nullptr, stdout, stdin);
  if (screen == nullptr) return nullptr;
  note_way_back();
  auto state = std::make_unique<State>(screen);
  if (capability("cup").empty()) return nullptr;
  set_up(state->window());
  return std::unique_ptr<Terminal>(new Terminal(std::move(state)));
}

ViewSize Terminal::size() const {
  return {.width = static_cast<std::size_t>(getmaxx(state_->window())),
          .height = static_cast<std::size_t>(getmaxy(state_->window()))};
}

bool Terminal::is_utf8() {
  return std::string_view(::nl_langinfo(CODESET)) == "UTF-8";  // NOLINT(concurrency-mt-unsafe): no thread sets it
}

std::optional<Terminal::Event> Terminal::next() {
  const int code = ::wgetch(state_->window());
  if (code == ERR) return std::nullopt;
  if (code == KEY_RESIZE) return Event{.input = Input::resized};
  if (code == 'q') return Event{.input = Input::leave};
  if (code == kCtrlL) {
    ::clearok(curscr, true);
    return Event{.input = Input::resized};
  }
  if (const auto key = view_key(code)) return Event{.input = Input::key, .key = *key};
  return Event{.input = Input::other};
}

bool Terminal::takes_text() {
  pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLOUT) != 0;
}

void Terminal::draw(const std::vector<ViewLine>& lines) {
  ::werase(state_->window());
  for (std::size_t at = 0; at < lines.size(); ++at) {
    ::wmove(state_->window(), static_cast<int>(at), 0);
    put_line(state_->window(), lines[at].text, lines[at].reversed);
  }
  ::wrefresh(state_->window());
}

}  // namespace whydrop
