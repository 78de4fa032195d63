package dev.dragonfly.scheduler.store;

/** What every implementation of the graph does. */
public interface GraphContract
    extends HostContract,
        LeaseContract,
        PeerContract,
        OnePeerContract,
        FactsContract,
        BlameContract {}
