package com.ytempire.hub.sandbox;

import java.net.URI;
import java.util.List;

/**
 * The simulated vendors on one loopback port: Stripe at the root, the others under their names, orders to the sandbox
 * itself under {@code /_sandbox}. Knows nothing of the hub but the address it is told by {@link #hub}.
 */
public final class Sandbox implements AutoCloseable {

    private final MovableClock clock = new MovableClock();
    private final Faults faults = new Faults(clock);
    private final Sent sent = new Sent();
    private final Deliveries deliveries = new Deliveries(clock);
    private final StripeVendor stripe = new StripeVendor(clock, deliveries);
    private final WebSubVendor websub = new WebSubVendor(clock, deliveries);
    private final YoutubeVendor youtube = new YoutubeVendor(clock, websub);
    private final N8nVendor n8n = new N8nVendor(clock, deliveries);
    private final OpenAiVendor openai = new OpenAiVendor(clock);
    private final GoogleSpeechVendor googleSpeech = new GoogleSpeechVendor();
    private final ElevenLabsVendor elevenLabs = new ElevenLabsVendor(clock);
    private final StabilityVendor stability = new StabilityVendor();
    private final PexelsVendor pexels = new PexelsVendor(clock);
    private final PixabayVendor pixabay = new PixabayVendor(clock);
    private final ShutterstockVendor shutterstock = new ShutterstockVendor(clock);
    private final ResendVendor resend = new ResendVendor(clock, deliveries);
    private final MixpanelVendor mixpanel = new MixpanelVendor(clock);
    private final AmplitudeVendor amplitude = new AmplitudeVendor(clock);
    private final VendorServer server = new VendorServer(clock, faults, sent);

    private final ControlApi control = new ControlApi(this);

    private Sandbox() {
        server.mount("", stripe.api());
        server.mount("/websub", websub);
        server.mount("/youtube", youtube);
        server.mount("/n8n", n8n);
        server.mount("/openai", openai);
        server.mount("/google-tts", googleSpeech);
        server.mount("/elevenlabs", elevenLabs);
        server.mount("/stability", stability);
        for (StockVendor stock : stock()) {
            server.mount("/" + stock.name(), stock);
        }
        server.mount("/resend", resend);
        server.mount("/mixpanel", mixpanel);
        server.mount("/amplitude", amplitude);
        server.mount(VendorServer.CONTROL, control);
    }

    /**
     * Starts all vendors on 127.0.0.1.
     *
     * @param port 0 for any free one
     * @throws IllegalStateException when the port is taken
     */
    public static Sandbox start(int port) {
        Sandbox sandbox = new Sandbox();
        try {
            sandbox.server.start(port);
        } catch (IllegalStateException e) {
            sandbox.deliveries.close();
            sandbox.websub.close();
            sandbox.youtube.close();
            throw e;
        }
        sandbox.websub.baseUrl(sandbox.baseUrl());
        sandbox.youtube.baseUrl(sandbox.baseUrl());
        sandbox.stock().forEach(stock -> stock.baseUrl(sandbox.baseUrl()));
        return sandbox;
    }

    /** Where the vendors are, like http://127.0.0.1:8090. */
    public String baseUrl() {
        return "http://127.0.0.1:" + server.port();
    }

    /** Tells the vendors where the hub is, like http://localhost:8080; until then events are only listed. */
    public void hub(String baseUrl) {
        stripe.endpoint(URI.create(baseUrl + "/api/v1/webhooks/stripe"));
        n8n.endpoint(baseUrl + "/api/v1/webhooks/n8n");
        resend.endpoint(baseUrl + "/api/v1/webhooks/resend");
    }

    public MovableClock clock() {
        return clock;
    }

    public StripeVendor stripe() {
        return stripe;
    }

    /** YouTube's push. */
    public WebSubVendor websub() {
        return websub;
    }

    /** YouTube's API and Google's OAuth. */
    public YoutubeVendor youtube() {
        return youtube;
    }

    public N8nVendor n8n() {
        return n8n;
    }

    /** Texts and pictures. */
    public OpenAiVendor openai() {
        return openai;
    }

    /** Speech. */
    public GoogleSpeechVendor googleSpeech() {
        return googleSpeech;
    }

    /** Speech as well. */
    public ElevenLabsVendor elevenLabs() {
        return elevenLabs;
    }

    /** Pictures as well. */
    public StabilityVendor stability() {
        return stability;
    }

    /** Stock. */
    public PexelsVendor pexels() {
        return pexels;
    }

    /** Stock as well. */
    public PixabayVendor pixabay() {
        return pixabay;
    }

    /** Stock that costs money. */
    public ShutterstockVendor shutterstock() {
        return shutterstock;
    }

    /** All vendors of stock. */
    public List<StockVendor> stock() {
        return List.of(pexels, pixabay, shutterstock);
    }

    /** Mails. */
    public ResendVendor resend() {
        return resend;
    }

    /** Analytics. */
    public MixpanelVendor mixpanel() {
        return mixpanel;
    }

    /** Analytics as well. */
    public AmplitudeVendor amplitude() {
        return amplitude;
    }

    VendorServer.Vendor vendor(String name) {
        return server.named(name);
    }

    ControlApi control() {
        return control;
    }

    public Deliveries deliveries() {
        return deliveries;
    }

    public Faults faults() {
        return faults;
    }

    public Sent sent() {
        return sent;
    }

    /** All vendors are well again, and what was ordered of their next calls or deliveries is forgotten. */
    public void recover() {
        faults.clear();
        deliveries.recover();
        server.recover();
        openai.recover();
        elevenLabs.recover();
        stock().forEach(StockVendor::recover);
        resend.recover();
        mixpanel.takeAll();
        amplitude.takeAll();
        websub.silent(false);
    }

    @Override
    public void close() {
        websub.close();
        deliveries.close();
        server.close();
        youtube.close();
    }
}
