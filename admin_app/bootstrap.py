"""Wires the console: one client, one stream, the pages, the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QSettings, QTimer

from admin_app.editing.drafts import Drafts
from admin_app.features.access.presenter import RolesPresenter
from admin_app.features.access.view import RolesPage
from admin_app.features.accounts.presenter import AccountsPresenter
from admin_app.features.accounts.view import AccountsPage
from admin_app.features.audit.presenter import AuditPresenter
from admin_app.features.audit.view import AuditPage
from admin_app.features.booking.presenter import BookingPresenter
from admin_app.features.booking.view import BookingPage
from admin_app.features.calling.presenter import CallingPresenter
from admin_app.features.calling.view import CallingPage
from admin_app.features.catalogue.presenter import CataloguePresenter
from admin_app.features.catalogue.view import CataloguePage
from admin_app.features.emergencies.presenter import EmergenciesPresenter
from admin_app.features.emergencies.view import EmergenciesPage
from admin_app.features.guides.bringing import BringingPresenter
from admin_app.features.guides.presenter import GuidesPresenter
from admin_app.features.guides.view import GuidesPage
from admin_app.features.information.presenter import IntroductionPresenter
from admin_app.features.information.publicity import PublicityPresenter
from admin_app.features.information.view import InformationPage
from admin_app.features.information.weather import WeatherPresenter
from admin_app.features.island.presenter import IslandPresenter
from admin_app.features.island.view import IslandPage
from admin_app.features.limits.presenter import LimitsPresenter
from admin_app.features.limits.view import LimitsPage
from admin_app.features.media.presenter import MediaPresenter
from admin_app.features.media.view import MediaPage
from admin_app.features.messages.presenter import MessagesPresenter
from admin_app.features.messages.view import MessagesPage
from admin_app.features.notices.presenter import NoticesPresenter
from admin_app.features.notices.view import NoticesPage
from admin_app.features.organisation.presenter import OrganisationPresenter
from admin_app.features.organisation.view import OrganisationPage
from admin_app.features.personal_data.presenter import PersonalDataPresenter
from admin_app.features.personal_data.view import PersonalDataPage
from admin_app.features.profile.presenter import ProfilePresenter
from admin_app.features.profile.view import ProfileDialog
from admin_app.features.queueing.presenter import LivePresenter
from admin_app.features.queueing.view import LivePage
from admin_app.features.release.presenter import ReleasePresenter
from admin_app.features.release.view import ReleasePage
from admin_app.features.reports.presenter import ReportsPresenter
from admin_app.features.reports.view import ReportsPage
from admin_app.features.security.presenter import SecurityPresenter
from admin_app.features.security.view import SecurityPage
from admin_app.features.server.presenter import ServerPresenter
from admin_app.features.server.view import ServerPage
from admin_app.features.sign_on.presenter import SignOnPresenter
from admin_app.features.sign_on.view import SignOnPage
from admin_app.features.signage.presenter import SignagePresenter
from admin_app.features.signage.view import SignagePage
from admin_app.features.simulation.presenter import SimulationPresenter
from admin_app.features.simulation.view import SimulationPage
from admin_app.features.terminals.plan import PlanPresenter
from admin_app.features.terminals.plan_view import PlanPage
from admin_app.features.terminals.power import PowerPresenter
from admin_app.features.terminals.power_view import PowerPage
from admin_app.features.terminals.presenter import DevicesPresenter
from admin_app.features.terminals.view import DevicesPage
from admin_app.features.ticket_layouts.presenter import LayoutsPresenter
from admin_app.features.ticket_layouts.view import TicketLayoutsPage
from admin_app.features.updates.presenter import UpdatesPresenter
from admin_app.features.updates.view import UpdatesPage
from admin_app.frame import FramePresenter, PageFacts
from admin_app.frame_view import AdminWindow
from admin_app.link import HallLink
from admin_app.settings import AdminSettings
from shared import __version__
from shared.client.hall_client import HallClient
from shared.client.reporter import Reporter
from shared.client.settings import TerminalSettings
from shared.ui.background import wait_for_background
from shared.ui.theme.widgets import apply

# By what people do, the most frequent first; pages of a group stand together.
PAGES = (
    PageFacts("live", "admin.nav.live", "chart", group="today"),
    PageFacts("booking", "booking.console.title", "clock", needs="booking.appointments:view", group="today"),
    PageFacts("emergencies", "emergencies.page.title", "warning", needs="signage.emergencies:raise", group="today"),
    PageFacts("island", "island.page.title", "warning", needs="queue.conflicts:view", group="today"),
    PageFacts(
        "organisation", "organisation.nav.organisation", "building", needs="organisation.units:view", group="people"
    ),
    PageFacts("accounts", "accounts.nav", "people", needs="accounts:view", group="people"),
    PageFacts("access", "roles.nav", "check-circle", needs="roles:view", group="people"),
    PageFacts(
        "catalogue",
        "admin.nav.catalogue",
        "list",
        (
            ("service", "admin.nav.services", "document"),
            ("materials", "materials.tab", "list"),
            ("counter", "admin.nav.counters", "window"),
        ),
        needs="catalogue.services:change catalogue.counters:change",
        group="services",
    ),
    PageFacts("calling", "calling.console.nav", "speaker", needs="calling:view", group="services"),
    PageFacts(
        "release",
        "release.nav.release",
        "ticket",
        (("plans", "release.nav.plans", "clock"), ("calendar", "release.nav.calendar", "calendar")),
        needs="release:view",
        group="services",
    ),
    PageFacts("limits", "limits.page.title", "hand", needs="queue.limits:view", group="services"),
    PageFacts("guides", "guides.page.title", "document", needs="catalogue.services:change", group="content"),
    PageFacts(
        "ticket_layouts", "ticket_layouts.title", "ticket", needs="catalogue.ticket_layouts:change", group="content"
    ),
    PageFacts("media", "media.page.title", "picture", needs="content.media:view", group="content"),
    PageFacts("notices", "notices.page.title", "bell", needs="notices:view", group="content"),
    PageFacts(
        "information",
        "information.page.title",
        "building",
        (
            ("introduction", "information.page.tab_introduction", "building"),
            ("weather", "information.page.tab_weather", "calendar"),
            ("publicity", "information.page.tab_publicity", "check-circle"),
        ),
        needs="content.introduction:change content.weather:change content.publicity:change",
        group="content",
    ),
    PageFacts("signage", "signage_console.page.title", "window", needs="signage.content:change", group="content"),
    PageFacts("messages", "messages.page.title", "phone", needs="messages:view", group="content"),
    PageFacts("devices", "admin.nav.devices", "device", needs="terminals:view", group="devices"),
    PageFacts("updates", "updates.page.title", "download", needs="terminals:view", group="devices"),
    PageFacts("fleet", "admin.nav.fleet", "map-pin", needs="terminals:view", group="devices"),
    PageFacts("power", "admin.nav.power", "plug", needs="terminals:view", group="devices"),
    PageFacts("server", "server.page.title", "server", needs="server:view", group="devices"),
    PageFacts("reports", "reports.page.title", "calendar", needs="reports:view", group="figures"),
    PageFacts("simulation", "simulation.title", "play", needs="figures:plan", group="figures"),
    PageFacts("personal_data", "protection.nav.personal_data", "id-card", needs="personal_data:find", group="security"),
    PageFacts(
        "sign_on",
        "registry.nav.sign_on",
        "sign-in",
        (
            ("client", "registry.nav.client", "plug"),
            ("upstream", "registry.nav.upstream", "server"),
            ("key", "registry.nav.key", "lock"),
        ),
        needs="sign_on:view",
        group="security",
    ),
    PageFacts("security", "protection.nav.security", "lock", needs="policy:view", group="security"),
    PageFacts("audit", "protection.nav.audit", "document", needs="audit:view", group="security"),
)


def prepare(settings: TerminalSettings) -> AdminSettings:
    """What both the console and the window before it need: the profile's own layout, the theme."""
    own = AdminSettings.of(settings)
    # Widths of columns and of the window belong to the profile, as its drafts do.
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(own.layout))
    application = QCoreApplication.instance()
    assert application is not None
    apply(application, own.mode)  # type: ignore[arg-type]
    return own


class _Unsent:
    """The drafts of some pages, as the window asks about them before it closes."""

    def __init__(
        self,
        *pages: CataloguePresenter
        | OrganisationPresenter
        | RolesPresenter
        | SignOnPresenter
        | LayoutsPresenter
        | GuidesPresenter,
    ) -> None:
        self._pages = pages

    def count(self) -> int:
        return sum(page.state.unsaved for page in self._pages)

    def keep(self) -> None:
        for page in self._pages:
            page.flush()

    def discard(self) -> None:
        for page in self._pages:
            page.discard_all()


class AdminApp:
    """The running console; tests reach its presenters by name."""

    def __init__(self, settings: TerminalSettings, sign_out: Callable[[], object] | None = None) -> None:
        """``sign_out`` ends the session of whoever signed in; None: the profile's token needs no session."""
        own, language = prepare(settings), settings.language
        self._language = language
        self.client = HallClient(settings.server, settings.token, language=language)
        self.link = HallLink(self.client)
        self.live = LivePresenter(self.client, self.link, language)
        self.booking = BookingPresenter(self.client, self.link, language)
        self.emergencies = EmergenciesPresenter(self.client, self.link, language)
        self.signage = SignagePresenter(self.client, self.link, language)
        self.island = IslandPresenter(self.client, self.link, language)
        self.catalogue = CataloguePresenter(self.client, self.link, own.drafts, language)
        self.calling = CallingPresenter(self.client, language)
        self.ticket_layouts = LayoutsPresenter(
            self.client, Drafts(own.drafts.with_name("ticket-layouts.json")), language
        )
        self.media = MediaPresenter(self.client, self.link, own.drafts.with_name("media-uploads.json"), language)
        self.guides = GuidesPresenter(self.client, self.link, Drafts(own.drafts.with_name("guides.json")), language)
        self.bringing = BringingPresenter(self.client, language)
        self.release = ReleasePresenter(self.client, self.link, language)
        drafts = own.drafts.with_name("organisation.json")
        self.organisation = OrganisationPresenter(self.client, self.link, drafts, language)
        self.devices = DevicesPresenter(self.client, self.link, language)
        self.updates = UpdatesPresenter(self.client, self.link, language)
        self.fleet = PlanPresenter(self.client, self.link, self.devices, language)
        self.power = PowerPresenter(self.client, self.link, self.devices, language)
        self.server = ServerPresenter(self.client, language)
        self.accounts = AccountsPresenter(self.client, language)
        self.roles = RolesPresenter(self.client, own.drafts.with_name("roles.json"), language)
        self.audit = AuditPresenter(self.client, language)
        self.reports = ReportsPresenter(self.client, language)
        self.messages = MessagesPresenter(self.client, self.link, language)
        self.notices = NoticesPresenter(self.client, self.link, language)
        self.introduction = IntroductionPresenter(self.client, self.link, language)
        self.weather = WeatherPresenter(self.client, self.link, language)
        self.publicity = PublicityPresenter(self.client, self.link, language)
        self.simulation = SimulationPresenter(self.client, language)
        self.personal_data = PersonalDataPresenter(self.client, language)
        self.security = SecurityPresenter(self.client, language)
        self.limits = LimitsPresenter(self.client, language)
        self.profile = ProfilePresenter(self.client, language)
        self.sign_on = SignOnPresenter(self.client, self.link, own.drafts.with_name("sign-on-drafts.json"), language)
        self._unsent = _Unsent(
            self.catalogue, self.organisation, self.roles, self.sign_on, self.ticket_layouts, self.guides
        )  # fmt: skip
        self.frame = FramePresenter(self.client, self.link, PAGES, language)
        for presenter in (
            self.live, self.catalogue, self.devices, self.accounts, self.audit, self.profile, self.sign_on,
            self.reports, self.release, self.messages, self.limits, self.booking, self.ticket_layouts, self.island,
            self.server, self.media, self.bringing, self.notices, self.guides,
            self.emergencies, self.updates,
            self.introduction, self.weather, self.publicity,
            self.fleet,
        ):  # fmt: skip
            self.frame.hall_known.connect(presenter.set_hall)
        for told in (
            self.catalogue, self.accounts, self.roles, self.audit, self.devices, self.organisation,
            self.personal_data, self.security, self.calling, self.ticket_layouts, self.release, self.sign_on,
            self.messages, self.limits, self.simulation, self.booking, self.island, self.server,
            self.media, self.guides, self.notices,
            self.emergencies, self.signage, self.updates,
            self.introduction, self.weather, self.publicity,
            self.fleet, self.power,
        ):  # fmt: skip
            self.frame.me_known.connect(told.set_me)
        # Made when they are opened first: nobody looks at thirty pages a day.
        pages = {
            "live": lambda: LivePage(self.live, language),
            "booking": lambda: BookingPage(self.booking, language),
            "emergencies": lambda: EmergenciesPage(self.emergencies, language),
            "signage": lambda: SignagePage(self.signage, language),
            "island": lambda: IslandPage(self.island, language),
            "catalogue": lambda: CataloguePage(self.catalogue, language),
            "calling": lambda: CallingPage(self.calling, language),
            "guides": lambda: GuidesPage(self.guides, self.bringing, language),
            "ticket_layouts": lambda: TicketLayoutsPage(self.ticket_layouts, language),
            "media": lambda: MediaPage(self.media, language),
            "release": lambda: ReleasePage(self.release, language),
            "limits": lambda: LimitsPage(self.limits, self.catalogue.services, language),
            "organisation": lambda: OrganisationPage(self.organisation, language),
            "devices": lambda: DevicesPage(self.devices, language),
            "updates": lambda: UpdatesPage(self.updates, language),
            "fleet": lambda: PlanPage(self.fleet, language),
            "power": lambda: PowerPage(self.power, language),
            "server": lambda: ServerPage(self.server, language),
            "accounts": lambda: AccountsPage(self.accounts, language),
            "access": lambda: RolesPage(self.roles, language),
            "audit": lambda: AuditPage(self.audit, language),
            "reports": lambda: ReportsPage(self.reports, language),
            "messages": lambda: MessagesPage(self.messages, language),
            "notices": lambda: NoticesPage(self.notices, language),
            "information": lambda: InformationPage(self.introduction, self.weather, self.publicity, language),
            "simulation": lambda: SimulationPage(self.simulation, language),
            "personal_data": lambda: PersonalDataPage(self.personal_data, language),
            "security": lambda: SecurityPage(self.security, language),
            "sign_on": lambda: SignOnPage(self.sign_on, language),
        }
        self.window = AdminWindow(
            self.frame,
            pages,
            self._unsent,
            language,
            f"{__version__} · {settings.server.partition('//')[2]}",
        )
        self.catalogue.state_changed.connect(lambda: self.window.show_count("catalogue", self.catalogue.state.unsaved))
        self.organisation.state_changed.connect(
            lambda: self.window.show_count("organisation", self.organisation.state.unsaved)
        )
        self.sign_on.state_changed.connect(lambda: self.window.show_count("sign_on", self.sign_on.state.unsaved))
        self.ticket_layouts.state_changed.connect(
            lambda: self.window.show_count("ticket_layouts", self.ticket_layouts.state.unsaved)
        )
        self.guides.state_changed.connect(lambda: self.window.show_count("guides", self.guides.state.unsaved))
        self.island.state_changed.connect(lambda: self.window.show_count("island", self.island.state.open_count))
        self.server.state_changed.connect(lambda: self.window.show_count("server", len(self.server.state.rows)))
        self.devices.state_changed.connect(lambda: self.window.show_count("devices", self.devices.state.troubled))
        self.accounts.state_changed.connect(lambda: self.window.show_count("accounts", self.accounts.state.waiting))
        self.roles.state_changed.connect(lambda: self.window.show_count("access", self.roles.state.unsaved))
        self.roles.account_wanted.connect(lambda account_id: self.frame.open("accounts", f"account:{account_id}"))
        self.fleet.open_terminal.connect(lambda id_: self.frame.open("devices", f"terminal:{id_}"))
        self.accounts.trail.connect(lambda account_id: self.frame.open("audit", f"about:{account_id}"))
        self.window.show_count("catalogue", self.catalogue.state.unsaved)
        self.window.show_count("organisation", self.organisation.state.unsaved)
        self.window.show_count("sign_on", self.sign_on.state.unsaved)
        self.window.show_count("access", self.roles.state.unsaved)
        self.window.show_count("ticket_layouts", self.ticket_layouts.state.unsaved)
        self.window.show_count("guides", self.guides.state.unsaved)
        if sign_out is not None:
            self.window.offer_own(self._open_own, sign_out)
        self._reporter = Reporter(self.client, __version__, own.place, list)
        self._stopped = False

    def _open_own(self, page: str) -> None:
        ProfileDialog(self.window, self.profile, self._language, page).open()

    @property
    def windows(self) -> Sequence[object]:
        return [self.window]

    def start(self) -> None:
        self.window.show()
        self.link.start()
        self._reporter.start()

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        # Also when a signal ends the program: what was typed is still there the next morning.
        self._unsent.keep()
        self.signage.stop()
        self.link.stop()
        self._reporter.stop()
        self.client.close()
        # What is still under way is told first: it could start a timer again.
        wait_for_background()
        for part in (
            self.live,
            self.booking,
            self.emergencies,
            self.signage,
            self.island,
            self.catalogue,
            self.release,
            self.organisation,
            self.fleet,
            self.power,
            self.devices,
            self.updates,
            self.server,
            self.accounts,
            self.roles,
            self.audit,
            self.personal_data,
            self.security,
            self.calling,
            self.guides,
            self.bringing,
            self.ticket_layouts,
            self.media,
            self.limits,
            self.profile,
            self.messages,
            self.notices,
            self.reports,
            self.simulation,
            self.sign_on,
            self.frame,
            self.link,
        ):
            for timer in part.findChildren(QTimer):
                timer.stop()
            part.deleteLater()


def build(settings: TerminalSettings) -> AdminApp:
    """The console for a token that the profile or the command line gives."""
    return AdminApp(settings)
