/// What ffprobe and ffmpeg may take a file for: formats that hold all they show themselves.
///
/// Of those that name other files (playlists, DASH, SVG, numbered pictures) each could have a file of this machine shown as the
/// evidence's.
enum MediaFormats {
    static let recordings =
        "mov,matroska,webm,avi,mpeg,mpegts,asf,flv,mp3,wav,w64,aiff,flac,ogg,aac,amr,amrnb,amrwb,ac3,eac3,dts,caf,ape,au,"
        + "mxf,dv,h264,hevc,m4v,rm,mpegvideo,3gp,mp4,g729,dss,dsf,wv,tta"
    static let pictures =
        "apng,bmp_pipe,dds_pipe,dpx_pipe,exr_pipe,gif,gif_pipe,ico,j2k_pipe,jpeg_pipe,jpegls_pipe,jpegxl_anim,jpegxl_pipe,mjpeg,"
        + "pam_pipe,pbm_pipe,pcx_pipe,pgm_pipe,png_pipe,ppm_pipe,psd_pipe,qoi_pipe,sgi_pipe,sunrast_pipe,tiff_pipe,webp_pipe,"
        + "xbm_pipe,xpm_pipe"
}
