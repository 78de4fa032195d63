package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.dfdaemon.runtime.RuntimeState;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Set;

/** Whether the daemon's proxy is where the runtimes ask for it. */
public record MirrorCheck(Patient patient, Vitals vitals, NodeRuntimes runtimes) implements Check {
  @Override
  public String name() {
    return "mirror";
  }

  @Override
  public Diagnosis examine() {
    Set<String> asked = asked();
    if (!patient.ports().hasProxy()) {
      return asked.isEmpty()
          ? Diagnosis.notChecked("this daemon has no proxy (proxy.enabled)", "")
          : Diagnosis.problem(
              "runtimes ask " + String.join(", ", asked) + ", but this daemon has no proxy",
              "set proxy.enabled: true in " + patient.config() + ", or 'dfdaemon runtime revert'");
    }
    if (!vitals.isAlive()) {
      return Vitals.notRunning();
    }
    boolean isConfigured = !asked.isEmpty();
    patient.proxyUrl().filter(url -> !isConfigured).ifPresent(asked::add);
    if (asked.isEmpty()) {
      return Diagnosis.notChecked(
          "proxy.port is 0, so it is not known where the proxy is",
          "name the ready file of the daemon with --ready-file");
    }
    Diagnoses diagnoses = new Diagnoses();
    asked.forEach(url -> diagnoses.add(of(url, isConfigured)));
    return diagnoses.joined();
  }

  /** Addresses that are written into the files of runtimes. */
  private Set<String> asked() {
    Set<String> asked = new LinkedHashSet<>();
    try {
      for (RuntimeState state : runtimes.states()) {
        asked.addAll(state.proxies());
        if (state.pointed() && state.proxies().isEmpty()) {
          asked.add(runtimes.proxy());
        }
      }
    } catch (DragonflyException e) {
      // The check of the runtimes says so.
    }
    return asked;
  }

  private Diagnosis of(String url, boolean isConfigured) {
    URI uri = URI.create(url);
    String host = uri.getHost().replaceAll("^\\[|]$", "");
    String who = isConfigured ? "runtimes ask " + url + ", where " : "at " + url + " ";
    return switch (HttpReply.get(
        new HostAndPort(host, uri.getPort()), "/healthy", Vitals.PATIENCE)) {
      case HttpReply.Answer answer
          when answer.status() == 200 && !answer.registryVersion().isEmpty() ->
          Diagnosis.ok("the proxy answers at " + url);
      case HttpReply.Answer answer ->
          Diagnosis.problem(
              who
                  + "somebody else answers than the proxy: status "
                  + answer.status()
                  + (answer.server().isEmpty() ? "" : ", server " + answer.server()),
              advice(url));
      case HttpReply.Silence silence ->
          Diagnosis.problem(who + "the proxy does not answer: " + silence.why(), advice(url));
    };
  }

  private String advice(String url) {
    String own = patient.proxyUrl().orElse(url);
    return own.equals(url)
        ? "see what listens there with 'ss -ltnp', and compare proxy.ip and proxy.port in "
            + patient.config()
        : "the proxy of this daemon is at " + own + ": " + runtimes.configure(own);
  }
}
