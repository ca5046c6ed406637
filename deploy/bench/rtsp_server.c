/* The cameras of `xueliang bench`: a few encoded files served over RTSP as many cameras.
 *
 *   rtsp_server MOUNTS FPS FILE@OFFSET_S...
 *
 * Each FILE@OFFSET_S is a lane: one shared GStreamer pipeline that plays FILE for ever, real paced,
 * with continuous timestamps. Mount /camera-K plays lane K modulo the number of lanes. Files are
 * demuxed into memory once; nothing is encoded or copied here.
 *
 * Picture n of a lane leaves at EPOCH - OFFSET_S + n / FPS, whether or not anybody looks, so a
 * client that knows the wall clock knows the file position:
 * (now - EPOCH + OFFSET_S) modulo the file's length.
 *
 * Says `ready PORT EPOCH_UNIX_US` or `error TEXT` in one line on stdout, listens on 127.0.0.1 only
 * and ends when its stdin does.
 */
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKLOG 128 /* all cameras of a node connect at once */
#define LOOK (GST_SECOND / 10)

typedef struct {
  GPtrArray *buffers; /* GstBuffer, one access unit each */
  GstCaps *caps;
  gint64 offset_us;
  gint64 next; /* number of the next picture, counted from EPOCH - offset */
  GMutex lock; /* guards source */
  GstElement *source; /* while somebody watches */
} Lane;

static gint64 epoch_us; /* monotonic */
static gint64 period_us;
static Lane *lanes;
static int lane_count;

/* One media a lane, whatever path it was asked for by: the default key holds the path. */
typedef struct { GstRTSPMediaFactory parent; } LaneFactory;
typedef struct { GstRTSPMediaFactoryClass parent; } LaneFactoryClass;
G_DEFINE_TYPE (LaneFactory, lane_factory, GST_TYPE_RTSP_MEDIA_FACTORY)

static gchar *lane_key (GstRTSPMediaFactory *factory, const GstRTSPUrl *url) {
  (void) factory;
  (void) url;
  return g_strdup ("lane");
}

static void lane_factory_class_init (LaneFactoryClass *klass) {
  GST_RTSP_MEDIA_FACTORY_CLASS (klass)->gen_key = lane_key;
}

static void lane_factory_init (LaneFactory *factory) { (void) factory; }

static void fail (const char *text, const char *detail) {
  printf ("error %s%s\n", text, detail);
  fflush (stdout);
  exit (1);
}

/* The next access unit; NULL at the end of the file. A sink does not wake up on a fault. */
static GstSample *next_sample (GstElement *pipeline, GstAppSink *sink, const char *file) {
  GstBus *bus = gst_element_get_bus (pipeline);
  GstSample *sample = NULL;
  while (sample == NULL && !gst_app_sink_is_eos (sink)) {
    sample = gst_app_sink_try_pull_sample (sink, LOOK);
    if (gst_bus_have_pending (bus) && gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) != NULL)
      fail ("cannot be read: ", file);
  }
  gst_object_unref (bus);
  return sample;
}

static void load (Lane *lane, const char *file) {
  gchar *launch = g_strdup_printf (
      "filesrc location=\"%s\" ! qtdemux ! appsink name=sink sync=false", file);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  if (pipeline == NULL)
    fail ("GStreamer's qtdemux or appsink is missing: ", "gstreamer1.0-plugins-good");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstSample *sample;
  lane->buffers = g_ptr_array_new ();
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((sample = next_sample (pipeline, GST_APP_SINK (sink), file)) != NULL) {
    g_ptr_array_add (lane->buffers, gst_buffer_ref (gst_sample_get_buffer (sample)));
    if (lane->caps == NULL)
      lane->caps = gst_caps_ref (gst_sample_get_caps (sample));
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  g_free (launch);
  if (lane->buffers->len == 0)
    fail ("cannot be read: ", file);
}

static void on_unprepared (GstRTSPMedia *media, gpointer data) {
  Lane *lane = data;
  (void) media;
  g_mutex_lock (&lane->lock);
  g_clear_pointer (&lane->source, gst_object_unref);
  g_mutex_unlock (&lane->lock);
}

static void on_configure (GstRTSPMediaFactory *factory, GstRTSPMedia *media, gpointer data) {
  Lane *lane = data;
  GstElement *bin = gst_rtsp_media_get_element (media);
  GstElement *source = gst_bin_get_by_name_recurse_up (GST_BIN (bin), "source");
  (void) factory;
  gst_app_src_set_caps (GST_APP_SRC (source), lane->caps);
  g_signal_connect (media, "unprepared", G_CALLBACK (on_unprepared), lane);
  g_mutex_lock (&lane->lock);
  g_clear_pointer (&lane->source, gst_object_unref);
  lane->source = source;
  g_mutex_unlock (&lane->lock);
  gst_object_unref (bin);
}

/* `due_us` is on the clock that GstSystemClock counts, so it gives the timestamp as well. */
static void push (Lane *lane, gint64 due_us) {
  g_mutex_lock (&lane->lock);
  if (lane->source != NULL && GST_STATE (lane->source) == GST_STATE_PLAYING) {
    GstClockTime base = gst_element_get_base_time (lane->source);
    GstClockTime due = (GstClockTime) due_us * 1000;
    if (due >= base) {
      GstBuffer *stored = g_ptr_array_index (lane->buffers, lane->next % lane->buffers->len);
      GstBuffer *buffer = gst_buffer_copy (stored); /* shares the bytes */
      GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = due - base;
      GST_BUFFER_DURATION (buffer) = (GstClockTime) period_us * 1000;
      gst_app_src_push_buffer (GST_APP_SRC (lane->source), buffer);
    }
  }
  g_mutex_unlock (&lane->lock);
}

static gint64 due_us (const Lane *lane) {
  return epoch_us - lane->offset_us + lane->next * period_us;
}

static gpointer pace (gpointer unused) {
  (void) unused;
  for (;;) {
    Lane *lane = &lanes[0];
    for (int i = 1; i < lane_count; i++)
      if (due_us (&lanes[i]) < due_us (lane))
        lane = &lanes[i];
    gint64 due = due_us (lane);
    gint64 wait = due - g_get_monotonic_time ();
    if (wait > 0)
      g_usleep (wait);
    push (lane, due);
    lane->next++;
  }
  return NULL;
}

static gpointer end_with_parent (gpointer unused) {
  char byte;
  (void) unused;
  while (read (STDIN_FILENO, &byte, 1) > 0)
    ;
  _exit (0);
}

static void open_lane (Lane *lane, char *spec) {
  char *at = strrchr (spec, '@');
  if (at == NULL)
    fail ("not FILE@OFFSET_S: ", spec);
  *at = '\0';
  lane->offset_us = (gint64) (g_ascii_strtod (at + 1, NULL) * 1e6);
  lane->next = (lane->offset_us + period_us - 1) / period_us; /* the first that is due */
  g_mutex_init (&lane->lock);
  load (lane, spec);
}

static GstRTSPMediaFactory *factory_of (Lane *lane) {
  GstRTSPMediaFactory *factory = g_object_new (lane_factory_get_type (), NULL);
  gst_rtsp_media_factory_set_launch (
      factory,
      "( appsrc name=source is-live=true format=time max-buffers=50 leaky-type=upstream"
      " ! rtph264pay name=pay0 pt=96 config-interval=-1 )");
  gst_rtsp_media_factory_set_shared (factory, TRUE);
  g_signal_connect (factory, "media-configure", G_CALLBACK (on_configure), lane);
  return factory;
}

static GstRTSPServer *open_server (int mounts) {
  GstRTSPServer *server = gst_rtsp_server_new ();
  GstRTSPMountPoints *points = gst_rtsp_server_get_mount_points (server);
  GstRTSPMediaFactory **factories = g_new (GstRTSPMediaFactory *, lane_count);
  for (int i = 0; i < lane_count; i++)
    factories[i] = factory_of (&lanes[i]);
  for (int i = 0; i < mounts; i++) {
    gchar *path = g_strdup_printf ("/camera-%d", i);
    gst_rtsp_mount_points_add_factory (points, path, g_object_ref (factories[i % lane_count]));
    g_free (path);
  }
  for (int i = 0; i < lane_count; i++)
    g_object_unref (factories[i]);
  g_free (factories);
  g_object_unref (points);
  gst_rtsp_server_set_address (server, "127.0.0.1");
  gst_rtsp_server_set_service (server, "0");
  gst_rtsp_server_set_backlog (server, BACKLOG);
  if (gst_rtsp_server_attach (server, NULL) == 0)
    fail ("cannot listen on 127.0.0.1", "");
  return server;
}

int main (int argc, char **argv) {
  gst_init (&argc, &argv);
  if (argc < 4)
    fail ("usage: rtsp_server MOUNTS FPS FILE@OFFSET_S...", "");
  g_thread_new ("parent-watch", end_with_parent, NULL);
  period_us = (gint64) (1e6 / g_ascii_strtod (argv[2], NULL));
  lane_count = argc - 3;
  lanes = g_new0 (Lane, lane_count);
  for (int i = 0; i < lane_count; i++)
    open_lane (&lanes[i], argv[3 + i]);
  GstRTSPServer *server = open_server (atoi (argv[1]));
  epoch_us = g_get_monotonic_time ();
  printf ("ready %d %" G_GINT64_FORMAT "\n", gst_rtsp_server_get_bound_port (server),
          g_get_real_time ());
  fflush (stdout);
  g_thread_new ("pace", pace, NULL);
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
  return 0;
}
