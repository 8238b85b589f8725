package com.ytempire.hub.operations;

import com.ytempire.hub.billing.BillingOffline;
import com.ytempire.hub.billing.CustomerStories;
import com.ytempire.hub.billing.CustomerStories.Customer;
import com.ytempire.hub.billing.RefundDesk;
import com.ytempire.hub.platform.Alerts;
import com.ytempire.hub.platform.OperatorAction;
import com.ytempire.hub.platform.OperatorAction.Field;
import com.ytempire.hub.platform.OperatorAction.Order;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import com.ytempire.hub.platform.StorySource;
import com.ytempire.hub.platform.StorySource.Line;
import com.ytempire.hub.platform.StorySource.Subject;
import com.ytempire.hub.spending.LinkDesk;
import com.ytempire.hub.webhooks.EndpointRegistry;
import com.ytempire.hub.webhooks.EventFilter;
import com.ytempire.hub.webhooks.EventPages;
import com.ytempire.hub.webhooks.Events;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.view.RedirectView;

/** The pages on which an operator sees how the whole does, and acts. */
@Controller
@RequestMapping("/operations")
class OperationsPages {

    private static final String CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final int PER_PAGE = 25;
    private static final int CLOSED = 25;

    private final NowFigures now;
    private final TrendFigures trends;
    private final OperatorActions actions;
    private final Events events;
    private final EndpointRegistry endpoints;
    private final LinkDesk links;
    private final RefundDesk refunds;
    private final BillingOffline offline;
    private final CustomerStories customers;
    private final List<StorySource> stories;
    private final Alerts alerts;
    private final AuditReader audit;
    private final SettingsView settings;
    private final TraceLinks traces;
    private final Checks checks;

    OperationsPages(
            NowFigures now,
            TrendFigures trends,
            OperatorActions actions,
            Events events,
            EndpointRegistry endpoints,
            LinkDesk links,
            RefundDesk refunds,
            BillingOffline offline,
            CustomerStories customers,
            ObjectProvider<StorySource> stories,
            Alerts alerts,
            AuditReader audit,
            SettingsView settings,
            TraceLinks traces,
            Checks checks) {
        this.now = now;
        this.trends = trends;
        this.actions = actions;
        this.events = events;
        this.endpoints = endpoints;
        this.links = links;
        this.refunds = refunds;
        this.offline = offline;
        this.customers = customers;
        this.stories = stories.orderedStream().toList();
        this.alerts = alerts;
        this.audit = audit;
        this.settings = settings;
        this.traces = traces;
        this.checks = checks;
    }

    /** Stricter than for other pages: nothing inline, nothing from elsewhere. */
    @ModelAttribute
    void onlyWhatIsOurs(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", CSP);
    }

    /** What the action just done came to. */
    @ModelAttribute("happened")
    AuditReader.Entry happened(@RequestParam(required = false) Long done) {
        return done == null ? null : audit.find(done).orElse(null);
    }

    @GetMapping
    String now(Model model) {
        model.addAttribute("now", now.now());
        return "operations/now";
    }

    /** The part of the page that renews itself. */
    @GetMapping("/now")
    String figures(Model model) {
        model.addAttribute("now", now.now());
        return "operations/now :: figures";
    }

    @GetMapping("/trends")
    String trends(Model model) {
        model.addAttribute("trends", trends.week());
        return "operations/trends";
    }

    @GetMapping("/trends/data")
    @ResponseBody
    TrendFigures.Week data() {
        return trends.week();
    }

    @GetMapping("/events")
    String events(
            @RequestParam(defaultValue = "") String service,
            @RequestParam(defaultValue = "") String status,
            @RequestParam(defaultValue = "") String type,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            Model model) {
        EventFilter filter = new EventFilter(
                service.isBlank() ? null : service,
                status.isBlank() ? null : status,
                type.isBlank() ? null : type,
                null,
                null,
                null,
                null);
        Paging paging = new Paging(page, PER_PAGE);
        model.addAttribute("service", service);
        model.addAttribute("status", status);
        model.addAttribute("type", type);
        model.addAttribute("page", page);
        model.addAttribute("events", events.list(filter, PER_PAGE, paging.offset()));
        model.addAttribute("total", events.count(filter));
        model.addAttribute("perPage", PER_PAGE);
        return "operations/events";
    }

    @GetMapping("/event")
    String event(@RequestParam String service, @RequestParam String id, Model model) {
        Events.Detail event = events.find(service, id);
        model.addAttribute("event", event);
        model.addAttribute("trace", traces.of(EventPages.traceOf(service, id)));
        model.addAttribute("story", story(new Subject("event", service + "/" + id, null)));
        return "operations/event";
    }

    @GetMapping("/customers")
    String customers(@RequestParam(defaultValue = "") String search, Model model) {
        model.addAttribute("search", search);
        model.addAttribute("customers", search.isBlank() ? List.of() : customers.search(search.strip()));
        return "operations/customers";
    }

    @GetMapping("/customers/{id}")
    String customer(@PathVariable String id, Model model) {
        Customer customer = customers
                .find(id)
                .orElseThrow(
                        () -> new Problem(HttpStatus.NOT_FOUND, "not_found", "The mirror does not hold this customer"));
        model.addAttribute("customer", customer);
        model.addAttribute("story", story(new Subject("customer", id, customer.user())));
        return "operations/customer";
    }

    @GetMapping("/videos/{id}")
    String video(@PathVariable String id, Model model) {
        List<Line> story = story(new Subject("video", id, null));
        if (story.isEmpty()) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "Nothing is known of this video");
        }
        model.addAttribute("video", id);
        model.addAttribute("trace", traces.of("video/" + id));
        model.addAttribute("story", story);
        return "operations/video";
    }

    private List<Line> story(Subject subject) {
        return stories.stream()
                .flatMap(source -> source.tell(subject).stream())
                .sorted(Comparator.comparing(Line::at))
                .toList();
    }

    @GetMapping("/actions")
    String actions(Model model) {
        model.addAttribute("endpoints", endpoints.endpoints());
        model.addAttribute("links", links.list());
        model.addAttribute("refunds", refunds.pending());
        model.addAttribute("offline", offline.state().orElse(null));
        model.addAttribute("more", actions.offers());
        model.addAttribute("titles", actions.titles());
        return "operations/actions";
    }

    /** What can be changed without a restart, beside what stands in the hub's settings. */
    @GetMapping("/settings")
    String settings(Model model) {
        model.addAttribute("view", settings.view());
        return "operations/settings";
    }

    @GetMapping("/alerts")
    String alerts(Model model) {
        model.addAttribute("open", alerts.open());
        model.addAttribute("closed", alerts.closed(CLOSED));
        return "operations/alerts";
    }

    @GetMapping("/audit")
    String audit(@RequestParam(defaultValue = Paging.FIRST) int page, Model model) {
        model.addAttribute("entries", audit.list(null, null, new Paging(page, PER_PAGE)));
        model.addAttribute("page", page);
        return "operations/audit";
    }

    @GetMapping("/checks")
    String checks(Model model) {
        model.addAttribute("runs", checks.latest());
        return "operations/checks";
    }

    /** What an action will do, and what it needs to know; nothing is done yet. */
    @GetMapping("/act")
    String ask(
            @RequestParam String action,
            @RequestParam(defaultValue = "") String target,
            @RequestParam Map<String, String> given,
            Model model) {
        OperatorAction act = actions.find(action);
        return ask(act, target, actions.beginning(act, target, given), null, model);
    }

    private String ask(OperatorAction act, String target, Map<String, String> values, String refused, Model model) {
        model.addAttribute("act", act);
        model.addAttribute("fields", act.asks().apply(target));
        model.addAttribute("target", target);
        model.addAttribute("says", act.says().apply(target));
        model.addAttribute("back", act.back().apply(target));
        model.addAttribute("values", values);
        model.addAttribute("refused", refused);
        return "operations/act";
    }

    /** Does it, says what happened, and leads back. */
    @PostMapping("/act")
    Object act(
            @RequestParam String action,
            @RequestParam(defaultValue = "") String target,
            @RequestParam Map<String, String> given,
            Principal operator,
            HttpServletResponse response,
            Model model) {
        OperatorAction act = actions.find(action);
        try {
            long done = actions.run(act, new Order(target, given, operator.getName(), "page"));
            return backTo(act.back().apply(target), done);
        } catch (Problem problem) {
            response.setStatus(problem.status().value());
            Map<String, String> values = new LinkedHashMap<>();
            for (Field field : act.asks().apply(target)) {
                values.put(field.name(), field.isSecret() ? "" : given.getOrDefault(field.name(), ""));
            }
            return ask(act, target, values, problem.getMessage(), model);
        }
    }

    /** The entry that says what happened is named in the address: whichever node answers can show it. */
    private static RedirectView backTo(String page, long done) {
        int anchor = page.indexOf('#');
        String path = anchor < 0 ? page : page.substring(0, anchor);
        RedirectView view = new RedirectView(
                path + (path.contains("?") ? "&" : "?") + "done=" + done + (anchor < 0 ? "" : page.substring(anchor)));
        view.setExpandUriTemplateVariables(false);
        return view;
    }

    /** People are told on a page, not in JSON. */
    @ExceptionHandler(Problem.class)
    ModelAndView problem(Problem problem, HttpServletResponse response) {
        onlyWhatIsOurs(response);
        ModelAndView page = new ModelAndView("operations/problem", problem.status());
        page.addObject("message", problem.getMessage());
        page.addObject("code", problem.code());
        return page;
    }
}
